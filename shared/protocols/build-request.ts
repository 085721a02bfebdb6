import type { Prompt } from '../workload/prompt.ts';
import type { Auth } from './descriptor.ts';
import type { BodyInput, Dialect } from './dialect.ts';
import { copyObject } from './parts/request-parts.ts';
import { type Protocol, protocols } from './registry.ts';
import { findBodyRules, resolveAuth } from './target-rules.ts';

/** The fields of a target that determine its requests. */
export type RequestTarget = BodyInput['target'] & {
  protocol: Protocol;
  baseUrl: string;
  /** Replaces the path that the protocol appends to `baseUrl`. */
  path?: string | undefined;
  auth?: Auth | undefined;
  headers: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>> | undefined;
};

/** The full URL of a target, and the headers that all requests to it share, including the credential. */
export type TargetEndpoint = { url: string; headers: Record<string, string> };

export type BuiltRequest = TargetEndpoint & { body: Uint8Array };

/**
 * Builds a target's URL and headers. The target's headers (in lower case) replace the protocol's headers. The target's
 * query parameters do not replace those in the protocol's URL.
 * @param secretHeaders more headers of the target, which its spec does not show
 */
export function buildEndpoint(
  dialect: Dialect,
  target: RequestTarget,
  apiKey: string | null,
  secretHeaders: Readonly<Record<string, string>> = {},
): TargetEndpoint {
  const url = new URL(dialect.buildUrl(target));
  if (target.path !== undefined) url.pathname = target.path;
  const parameters = new Map([...Object.entries(target.query ?? {}), ...url.searchParams]);
  const own = Object.entries({ ...target.headers, ...secretHeaders }).map(([name, value]) => [
    name.toLowerCase(),
    value,
  ]);
  const headers: Record<string, string> = { ...protocols[target.protocol].headers, ...Object.fromEntries(own) };
  const auth = resolveAuth(target);
  if (apiKey !== null) {
    if (auth.style === 'bearer') headers['authorization'] = `Bearer ${apiKey}`;
    else if (auth.style === 'header') headers[auth.name.toLowerCase()] = formatCredential(auth.scheme, apiKey);
    else if (auth.style === 'query') parameters.set(auth.name, apiKey);
  }
  url.search = [...parameters].map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  return { url: url.href, headers };
}

/** Puts the scheme before the key, as in `Basic …` (RFC 9110, section 11.4). */
function formatCredential(scheme: string | undefined, apiKey: string): string {
  return scheme === undefined ? apiKey : `${scheme} ${apiKey}`;
}

/** Builds a request body from the prompt, the target's sampling parameters, and the workload's temperature. */
export function buildBody(dialect: Dialect, target: RequestTarget, prompt: Prompt): Uint8Array {
  const body = dialect.buildBody({ target: applyTemperature(target, prompt.temperature), prompt });
  return new TextEncoder().encode(JSON.stringify(body));
}

/** Returns the target with the workload's temperature in its body, unless the target sets its own temperature. */
export function applyTemperature<T extends Pick<RequestTarget, 'protocol' | 'payload' | 'body'>>(
  target: T,
  temperature: number | undefined,
): T {
  if (temperature === undefined) return target;
  const { path, least } = findBodyRules(target).temperature;
  const value = Math.max(least, temperature);
  const [outer, inner] = path;
  if (inner === undefined) return { ...target, body: { [outer]: value, ...target.body } };
  return { ...target, body: { ...target.body, [outer]: { [inner]: value, ...copyObject(target.body[outer]) } } };
}
