import { isIP } from 'node:net';
import type { Config } from '../../config.ts';
import { isAllowedAddress } from '../../egress/classify-address.ts';
import type { Fault } from '../../errors/app-error.ts';

/** Rejects URLs with `localhost` or a blocked IP address. Other host names are checked when they are resolved. */
export function checkAddress(
  { egress, allowedHosts }: Pick<Config, 'egress' | 'allowedHosts'>,
  url: string,
  pointer: string,
): Fault[] {
  if (!URL.canParse(url)) return [];
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const address = isIP(host) !== 0 ? host : /(^|\.)localhost$/i.test(host) ? '127.0.0.1' : null;
  if (address === null || isAllowedAddress(address, egress)) return [];
  const remedy = describeRemedy(egress, isAllowedAddress(address, 'any'), allowedHosts !== null);
  return [{ pointer, fault: 'is an address that this deployment does not allow', remedy }];
}

/**
 * @param canBeAllowed whether a setting can allow the address; metadata addresses are always blocked
 * @param isLocal whether the service runs locally, so that the caller can probably change its settings
 */
function describeRemedy(egress: Config['egress'], canBeAllowed: boolean, isLocal: boolean): string {
  const own = egress === 'public' ? '' : ', or an address of this machine, such as http://127.0.0.1:8788/v1';
  const hosts = `Use a public host, such as https://api.example.com/v1${own}`;
  if (!canBeAllowed) return hosts;
  if (!isLocal) return `${hosts}. The setting EGRESS of the deployment allows more addresses.`;
  return `${hosts}. To reach addresses of your own network, start the service with EGRESS=any npm start.`;
}
