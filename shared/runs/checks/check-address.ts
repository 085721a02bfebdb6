import { isIP } from 'node:net';
import type { Config } from '../../config.ts';
import { isAllowedAddress } from '../../egress/classify-address.ts';
import type { Fault } from '../../errors/app-error.ts';

/**
 * Refuses an address early that a connection would be refused to: IP literals (in any spelling the URL parser knows) and
 * localhost. Other names are looked up and checked when connecting.
 */
export function checkAddress(
  { egress, allowedHosts }: Pick<Config, 'egress' | 'allowedHosts'>,
  url: string,
  pointer: string,
): Fault[] {
  if (!URL.canParse(url)) return [];
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const address = isIP(host) !== 0 ? host : /(^|\.)localhost$/i.test(host) ? '127.0.0.1' : null;
  if (address === null || isAllowedAddress(address, egress)) return [];
  return [
    {
      pointer,
      fault: 'is an address that this deployment does not contact',
      remedy: describeRemedy(egress, isAllowedAddress(address, 'any'), allowedHosts !== null),
    },
  ];
}

/**
 * @param couldBe whether a deployment may allow the address; some, such as those where clouds give out credentials, never are
 * @param onOneMachine who asks is then likely to be who starts the service, too
 */
function describeRemedy(egress: Config['egress'], couldBe: boolean, onOneMachine: boolean): string {
  const own = egress === 'public' ? '' : ', or one of this machine, such as http://127.0.0.1:8788/v1';
  const hosts = `Give a public host, such as https://api.example.com/v1${own}`;
  if (!couldBe) return hosts;
  if (!onOneMachine) return `${hosts}; a deployment may allow more by EGRESS`;
  return `${hosts}; start with EGRESS=any npm start to reach addresses of your own network`;
}
