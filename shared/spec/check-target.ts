import type { Fault } from '../errors/app-error.ts';
import { jsonPointer } from '../errors/json-pointer.ts';
import { checkTargetProtocol } from './check-target-protocol.ts';
import type { RunSpecInput } from './run-spec.ts';
import { reservedHeaders } from './target.ts';

type TargetInput = RunSpecInput['targets'][number];

/** Larger sampling parameters than this are not sampling parameters. */
const maxBodyBytes = 16_384;

/** Header names that carry secrets by custom, and values of the form of a key. */
const secretName = /(^|[-_])(api[-_]?key|auth|authorization|token|secret|password|credential|cookie)s?($|[-_])/i;
const secretValue =
  /^(bearer|basic)\s|^(sk|pk|rk|tm|gsk|xai|hf|whsec)[-_][A-Za-z0-9_-]{8}|^AKIA[A-Z0-9]{12}|^eyJ[A-Za-z0-9_-]{8}/i;

/** Names of query parameters that hold keys or signatures. */
const secretParameters = new Set(['key', 'sig', 'signature', 'code']);

/** What is wrong with one target by itself. No fault repeats a header's value: it may be a secret. */
export function checkTarget(
  target: TargetInput,
  index: number,
  checkAddress: (url: string, pointer: string) => Fault[],
): Fault[] {
  const at = (...path: string[]) => jsonPointer(['targets', index, ...path]);
  const faults = checkAddress(target.baseUrl, at('baseUrl'));
  if (target.apiKey !== undefined && target.credentialId !== undefined)
    faults.push({
      pointer: at('apiKey'),
      fault: 'stands beside credentialId',
      remedy: 'Give one of the two: credentialId for a stored credential, apiKey for one that lives as long as the run',
    });
  for (const [name, value] of Object.entries(target.headers))
    faults.push(...checkHeader(name, value, at('headers', name)));
  for (const [name, value] of Object.entries(target.query ?? {}))
    if (isSecret(name, value) || secretParameters.has(name.toLowerCase()))
      faults.push(secretFault(at('query', name), 'the query is'));
  faults.push(...checkTargetProtocol(target, index));
  const bytes = new TextEncoder().encode(JSON.stringify(target.body)).length;
  if (bytes > maxBodyBytes)
    faults.push({
      pointer: at('body'),
      fault: `is ${bytes} bytes as JSON`,
      remedy: `Keep it within ${maxBodyBytes} bytes; prompts go into a workload of kind prompts`,
    });
  return faults;
}

function checkHeader(name: string, value: string, pointer: string): Fault[] {
  const lower = name.toLowerCase();
  if (isSecret(lower, value)) return [secretFault(pointer, 'headers are')];
  if (!reservedHeaders.has(lower)) return [];
  return [
    {
      pointer,
      fault: 'is a header that the instrument or the transport sets',
      remedy: 'Remove it; headers of your own, such as x-team, may stay',
    },
  ];
}

function isSecret(name: string, value: string): boolean {
  return secretName.test(name) || secretValue.test(value);
}

function secretFault(pointer: string, what: string): Fault {
  return {
    pointer,
    fault: `looks like a secret, and ${what} stored and shown in the run`,
    remedy:
      'Give the key as apiKey, or as credentialId of POST /v1/credentials: it is sent as "Authorization: Bearer …", or as auth says',
  };
}
