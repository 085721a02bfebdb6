import { readBasicLogin } from '../../shared/basic-login.ts';
import type { ProxySettings } from '../../shared/config.ts';
import { chooseProxy, type ProxyRoute } from '../../shared/egress/proxy-route.ts';
import type { TargetEndpoint } from '../../shared/protocols/build-request.ts';
import type { Target } from '../../shared/spec/target.ts';

const loginHeader = 'proxy-authorization';

/** Chooses the proxy of a target. A header with its login goes to the proxy and not to the endpoint. */
export function routeTarget(
  target: Pick<Target, 'proxy'>,
  { url, headers }: TargetEndpoint,
  settings: ProxySettings,
): { endpoint: TargetEndpoint; proxy: ProxyRoute | null } {
  const login = readBasicLogin(headers[loginHeader] ?? '');
  const { [loginHeader]: _, ...others } = headers;
  const wanted = { url: new URL(url), proxy: target.proxy ?? null, login };
  return { endpoint: { url, headers: others }, proxy: chooseProxy(wanted, settings) };
}
