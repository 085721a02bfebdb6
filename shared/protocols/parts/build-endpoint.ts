import type { Target } from '../../spec/run-spec.ts';
import { authOf } from '../../spec/target-auth.ts';

export type BuiltEndpoint = { url: string; headers: Record<string, string> };

/**
 * Where a target's requests go: the protocol's URL with the target's query added, and the target's own headers,
 * lower-case, over the protocol's; the credential goes where the target's auth says. What the URL already has stays. The
 * transport's headers are the instrument's, and a signature is made for each request: see `signRequest`.
 */
export function buildEndpoint(
  target: Target,
  apiKey: string | null,
  protocolUrl: string,
  protocolHeaders: Record<string, string> = {},
): BuiltEndpoint {
  const url = new URL(protocolUrl);
  const parameters = new Map([...Object.entries(target.query ?? {}), ...url.searchParams]);
  const own = Object.entries(target.headers).map(([name, value]) => [name.toLowerCase(), value]);
  const headers: Record<string, string> = { ...protocolHeaders, ...Object.fromEntries(own) };
  const auth = authOf(target);
  if (apiKey !== null) {
    if (auth.style === 'bearer') headers['authorization'] = `Bearer ${apiKey}`;
    else if (auth.style === 'header') headers[auth.name.toLowerCase()] = apiKey;
    else if (auth.style === 'query') parameters.set(auth.name, apiKey);
  }
  url.search = [...parameters].map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  return { url: url.href, headers };
}
