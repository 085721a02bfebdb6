import { buildJsonPointer, type Fault, findFault } from '../errors/app-error.ts';
import type { Auth } from '../protocols/descriptor.ts';
import { protocols } from '../protocols/registry.ts';
import { findBodyRules, findRegion, resolveAuth } from '../protocols/target-rules.ts';
import type { RunSpecInput } from './run-spec.ts';
import { isReservedHeader, payloadProtocols, protocolSchema } from './target.ts';
import { awsCredentialRemedy, detectKeyForm, findKeyFault } from './target-key.ts';

type TargetInput = RunSpecInput['targets'][number];
type At = (...path: string[]) => string;

/** Returns the problems of a target with its protocol, such as fields of another protocol. Never quotes secrets. */
export function checkTargetProtocol(target: TargetInput, index: number): Fault[] {
  const at: At = (...path) => buildJsonPointer(['targets', index, ...path]);
  const auth = resolveAuth(target);
  return [
    ...checkForeignFields(target, auth, at),
    ...checkAuth(target, auth, at),
    ...checkKey(target, auth, at),
    ...checkReservedBody(target, at),
  ];
}

function checkForeignFields(target: TargetInput, auth: Auth, at: At): Fault[] {
  const { protocol, payload, maxTokensField, region } = target;
  return [
    ...findFault(payload !== undefined && protocols[protocol].payloads?.[payload] === undefined, {
      pointer: at('payload'),
      fault: `is only valid for the protocol ${payloadProtocols.join(' or ')}, but this target uses ${protocol}`,
      remedy: `Remove it, or set "protocol": ${payloadProtocols.map((name) => `"${name}"`).join(' or ')}`,
    }),
    ...findFault(maxTokensField !== 'max_tokens' && !findBodyRules(target).isLimitNamed, {
      pointer: at('maxTokensField'),
      fault: `is only valid for ${listLimitNamed().join(', ')}, but this target uses ${describeBody(target)}`,
      remedy: 'Remove it. The protocol determines the name of the output limit.',
    }),
    ...findFault(region !== undefined && auth.style !== 'sigv4', {
      pointer: at('region'),
      fault: 'is only valid for requests with an AWS signature',
      remedy: 'Remove it. To choose a region of the provider, change baseUrl.',
    }),
  ];
}

/** Lists the protocols, and the payloads of protocols, whose output limit can have several names. */
function listLimitNamed(): string[] {
  return protocolSchema.options.flatMap((protocol) => {
    const payloads = [undefined, ...Object.keys(protocols[protocol].payloads ?? {})];
    const named = payloads.filter((payload) => findBodyRules({ protocol, payload }).isLimitNamed);
    return named.map((payload) => describeBody({ protocol, payload }));
  });
}

function describeBody({ protocol, payload }: Pick<TargetInput, 'protocol' | 'payload'>): string {
  return payload === undefined ? protocol : `${protocol} with the payload ${payload}`;
}

function checkAuth(target: TargetInput, auth: Auth, at: At): Fault[] {
  if (auth.style === 'sigv4') return checkSigning(target, auth.role, at);
  if (auth.style === 'query')
    return findFault(Object.hasOwn(target.query ?? {}, auth.name), {
      pointer: at('query', auth.name),
      fault: 'is the parameter that contains the API key',
      remedy: 'Remove it, or set auth.name to another name',
    });
  if (auth.style !== 'header') return [];
  const name = auth.name.toLowerCase();
  if (name !== 'authorization' && isReservedHeader(name))
    return [
      {
        pointer: at('auth', 'name'),
        fault: 'is set by Tokenmeter or by HTTP',
        remedy: 'Use the header in which the provider expects the key, such as api-key',
      },
    ];
  return Object.keys(target.headers)
    .filter((own) => own.toLowerCase() === name)
    .map((own) => ({
      pointer: at('headers', own),
      fault: 'is the header that contains the API key',
      remedy: 'Remove it',
    }));
}

function checkSigning(target: TargetInput, role: string | undefined, at: At): Fault[] {
  if (target.followRedirects === true)
    return [
      {
        pointer: at('followRedirects'),
        fault: 'is not possible with an AWS signature, which covers the path',
        remedy: 'Remove it, and set path to the final address',
      },
    ];
  if (protocols[target.protocol].signingService === undefined) {
    const signed = Object.entries(protocols).filter(([, { signingService }]) => signingService !== undefined);
    return [
      {
        pointer: at('auth', 'style'),
        fault: `is sigv4, which works only with AWS protocols, but this target uses ${target.protocol}`,
        remedy: `Set auth.style to "bearer", "header", "query", or "none". For AWS signatures, use the protocol ${signed.map(([name]) => name).join(' or ')}`,
      },
    ];
  }
  return [
    ...findFault(findRegion(target) === null, {
      pointer: at('region'),
      fault: 'is missing, and baseUrl does not contain a region',
      remedy: 'Add the region of the endpoint, such as "region": "us-east-1"',
    }),
    ...checkSigner(target, role, at),
  ];
}

/** Checks that either a key or a role signs the requests. */
function checkSigner({ apiKey, credentialId }: TargetInput, role: string | undefined, at: At): Fault[] {
  const field = apiKey === undefined ? 'credentialId' : 'apiKey';
  const hasKey = apiKey !== undefined || credentialId !== undefined;
  const words = { fault: 'cannot be combined with auth.role', remedy: 'Remove one of them' };
  if (role !== undefined) return findFault(hasKey, { pointer: at(field), ...words });
  const fault = 'is missing, but it is required to sign requests';
  return findFault(!hasKey, { pointer: at('apiKey'), fault, remedy: awsCredentialRemedy });
}

function checkKey(target: TargetInput, auth: Auth, at: At): Fault[] {
  const { apiKey, credentialId } = target;
  if (auth.style === 'none') {
    if (apiKey === undefined && credentialId === undefined) return [];
    const pointer = at(apiKey === undefined ? 'credentialId' : 'apiKey');
    return [{ pointer, fault: 'has no effect with auth.style "none"', remedy: 'Remove it, or use another auth.style' }];
  }
  const found = apiKey === undefined ? null : findKeyFault(target, detectKeyForm(apiKey));
  return found === null ? [] : [{ pointer: at('apiKey'), ...found }];
}

function checkReservedBody(target: TargetInput, at: At): Fault[] {
  const { reserved, fixed = {} } = findBodyRules(target);
  return Object.entries(reserved).flatMap(([path, remedy]) => {
    const names = path.split('/');
    const found = findValue(target.body, names);
    if (found === undefined || found === fixed[path]) return [];
    return [{ pointer: at('body', ...names), fault: 'is set by the workload or the protocol', remedy }];
  });
}

/** Returns the value at the path, or undefined or undefined. */
function findValue(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return findValue(Object.entries(value).find(([key]) => key === name)?.[1], rest);
}
