import { buildJsonPointer, type Fault, findFault } from '../errors/app-error.ts';
import { isSecretParameter } from '../secrets/secret-forms.ts';
import { checkTargetProtocol } from './check-target-protocol.ts';
import { checkTargetSecrets } from './check-target-secrets.ts';
import type { RunSpecInput } from './run-spec.ts';
import { isReservedHeader, matchesHostForm } from './target.ts';

type TargetInput = RunSpecInput['targets'][number];

/** Maximum size of a target's sampling parameters, in bytes of JSON. */
const maxBodyBytes = 16_384;

/** Patterns for header names that usually belong to secrets, and for values that look like keys. */
const secretName = /(^|[-_])(api[-_]?key|auth|authorization|token|secret|password|credential|cookie)s?($|[-_])/i;
const secretValue =
  /^(bearer|basic)\s|^(sk|pk|rk|tm|gsk|xai|hf|whsec)[-_][A-Za-z0-9_-]{8}|^AKIA[A-Z0-9]{12}|^eyJ[A-Za-z0-9_-]{8}/i;

/** Values that are settings, not secrets, although the name may contain a word such as token or auth. */
const plainValue = /^(true|false|yes|no|on|off|none|null)$/i;

/** Names of query parameters that usually contain keys or signatures. */
const secretParameters = new Set(['key', 'sig', 'signature', 'code']);

/** Returns the problems of one target. The texts never quote values that may be secrets. */
export function checkTarget(
  target: TargetInput,
  index: number,
  checkAddress: (url: string, pointer: string) => Fault[],
): Fault[] {
  const at = (...path: string[]) => buildJsonPointer(['targets', index, ...path]);
  const faults = checkAddress(target.baseUrl, at('baseUrl'));
  if (target.proxy !== undefined) faults.push(...checkAddress(withDefaultPort(target.proxy), at('proxy')));
  if (target.apiKey !== undefined && target.credentialId !== undefined)
    faults.push({
      pointer: at('apiKey'),
      fault: 'cannot be combined with credentialId',
      remedy:
        'Set either credentialId (a stored credential) or apiKey (a key that is deleted when the run ends), not both',
    });
  for (const [name, value] of Object.entries(target.headers))
    faults.push(...checkHeader(name, value, at('headers', name)));
  for (const [name, value] of Object.entries(target.query ?? {}))
    if (isSecret(name, value) || secretParameters.has(name.toLowerCase()))
      faults.push(createSecretFault(at('query', name), 'Query parameters'));
  for (const path of findSecretPaths(target.body)) faults.push(createSecretFault(at('body', ...path), 'Body fields'));
  faults.push(...checkTargetProtocol(target, index), ...checkTargetSecrets(target, index));
  const bytes = new TextEncoder().encode(JSON.stringify(target.body)).length;
  if (bytes > maxBodyBytes)
    faults.push({
      pointer: at('body'),
      fault: `has ${bytes} bytes as JSON`,
      remedy: `Use at most ${maxBodyBytes} bytes. Prompts belong in a workload of kind prompts.`,
    });
  return faults;
}

/** Returns the proxy's URL as one of http, whose host and port can be checked like those of a target. */
function withDefaultPort(proxy: string): string {
  const url = new URL(proxy.replace(/^[a-z0-9]+:/, 'http:'));
  if (url.port === '' && proxy.startsWith('socks5')) url.port = '1080';
  return url.href;
}

/** Finds the paths of texts in a value that look like secrets, at any depth. */
function findSecretPaths(value: unknown, name = ''): string[][] {
  if (typeof value === 'string') return isSecretParameter(name, value) ? [[]] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    findSecretPaths(child, Array.isArray(value) ? '' : key).map((path) => [key, ...path]),
  );
}

function checkHeader(name: string, value: string, pointer: string): Fault[] {
  const lower = name.toLowerCase();
  if (isSecret(lower, value)) return [createSecretFault(pointer, 'Headers')];
  if (lower === 'user-agent') return [];
  if (lower === 'host')
    return findFault(!matchesHostForm(value), {
      pointer,
      fault: 'is not a host name',
      remedy: 'Use a host name with an optional port, such as model.example.com or model.example.com:8443',
    });
  return findFault(isReservedHeader(lower), {
    pointer,
    fault: 'is set by Tokenmeter or by HTTP',
    remedy: 'Remove it. Custom headers, such as x-team, are allowed.',
  });
}

function isSecret(name: string, value: string): boolean {
  return (secretName.test(name) && !plainValue.test(value)) || secretValue.test(value);
}

function createSecretFault(pointer: string, what: string): Fault {
  const other =
    what === 'Headers' ? 'Move it to secretHeaders, which are stored encrypted. For the API key: set' : 'Set';
  return {
    pointer,
    fault: `looks like a secret. ${what} are stored with the run and shown in its report`,
    remedy: `${other} apiKey, or credentialId from POST /v1/credentials. Tokenmeter sends the key as "Authorization: Bearer …", or as auth specifies.`,
  };
}
