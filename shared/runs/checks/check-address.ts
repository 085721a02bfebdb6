import { isIP } from 'node:net';
import type { Config, Egress } from '../../config.ts';
import { classifyAddress, isAllowedAddress, isAllowedEndpoint } from '../../egress/classify-address.ts';
import type { Fault } from '../../errors/app-error.ts';

type Settings = Pick<Config, 'egress' | 'allowedHosts' | 'isOnLambda'>;

/** Rejects blocked IP literals, localhost and ports in a URL. Other host names are checked after they are resolved. */
export function checkAddress(settings: Settings, url: string, pointer: string): Fault[] {
  if (!URL.canParse(url)) return [];
  const { hostname, port: givenPort, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const address = isIP(host) !== 0 ? host : /(^|\.)localhost$/i.test(host) ? '127.0.0.1' : null;
  const port = givenPort === '' ? (protocol === 'https:' ? 443 : 80) : Number(givenPort);
  if (address === null || isAllowedEndpoint(address, port, settings.egress)) return [];
  const { egress } = settings;
  const isPortRefused = egress.level !== 'public' && isAllowedAddress(address, egress.level, egress.privateRanges);
  if (isPortRefused) return [{ pointer, ...describePort(egress, port) }];
  const remedy = describeRemedy(settings, address);
  return [{ pointer, fault: 'is an address that this deployment does not allow', remedy }];
}

function describePort({ loopbackPorts, ownPorts }: Egress, port: number): Omit<Fault, 'pointer'> {
  if (ownPorts.includes(port))
    return { fault: `has port ${port}, on which this service listens`, remedy: 'Use the port of the endpoint' };
  return {
    fault: `has port ${port} of this machine, which this deployment does not allow`,
    remedy: `Start the service with LOOPBACK_PORTS=${[...(loopbackPorts ?? []), port].join(',')} npm start. LOOPBACK_PORTS=any allows every port`,
  };
}

/** Suggests an allowed address. Names a setting only if some value of this setting allows the address. */
function describeRemedy({ egress, allowedHosts, isOnLambda }: Settings, address: string): string {
  const own = egress.level === 'public' ? '' : ', or an address of this machine, such as http://127.0.0.1:8788/v1';
  const hosts = `Use a public host, such as https://api.example.com/v1${own}`;
  if (isOnLambda && classifyAddress(address) === 'private')
    return `${hosts}. The setting EGRESS_CIDRS of the deployment allows private ranges.`;
  if (isOnLambda || !isAllowedAddress(address, 'any')) return hosts;
  // If `allowedHosts` is null, the service is not local, and its caller probably cannot change the setting.
  if (allowedHosts === null) return `${hosts}. The setting EGRESS of the deployment allows more addresses.`;
  return `${hosts}. To reach addresses of your own network, start the service with EGRESS=any npm start.`;
}
