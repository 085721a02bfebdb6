import type { Fault } from '../errors/app-error.ts';
import { jsonPointer } from '../errors/json-pointer.ts';
import type { Auth } from '../protocols/auth.ts';
import { protocols } from '../protocols/registry.ts';
import { findBodyRules, findRegion, resolveAuth } from '../protocols/target-rules.ts';
import type { RunSpecInput } from './run-spec.ts';
import { payloadProtocols, reservedHeaders } from './target.ts';
import { awsCredentialRemedy, detectKeyForm, findKeyFault } from './target-key.ts';

type TargetInput = RunSpecInput['targets'][number];
type At = (...path: string[]) => string;

/**
 * Returns what is wrong with a target for its protocol: fields of another protocol, fields that the protocol sets, and a
 * credential that cannot be sent as the target says. No fault repeats a secret.
 */
export function checkTargetProtocol(target: TargetInput, index: number): Fault[] {
  const at: At = (...path) => jsonPointer(['targets', index, ...path]);
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
  const faults: Fault[] = [];
  if (payload !== undefined && protocols[protocol].payloads?.[payload] === undefined)
    faults.push({
      pointer: at('payload'),
      fault: `belongs to the protocol ${payloadProtocols.join(' or ')}, and this target speaks ${protocol}`,
      remedy: `Remove it, or set "protocol": ${payloadProtocols.map((name) => `"${name}"`).join(' or ')}`,
    });
  if (maxTokensField !== 'max_tokens' && !findBodyRules(target).isLimitNamed)
    faults.push({
      pointer: at('maxTokensField'),
      fault: `belongs to the OpenAI chat and completions protocols; ${protocol} has one name for the output limit`,
      remedy: 'Remove it; the limit is sent under the name that the protocol has for it',
    });
  if (region !== undefined && auth.style !== 'sigv4')
    faults.push({
      pointer: at('region'),
      fault: 'is for requests signed for AWS, and this target signs none',
      remedy: 'Remove it; where the service has regions, baseUrl names one',
    });
  return faults;
}

function checkAuth(target: TargetInput, auth: Auth, at: At): Fault[] {
  if (auth.style === 'sigv4') return checkSigning(target, at);
  if (auth.style === 'query' && Object.hasOwn(target.query ?? {}, auth.name))
    return [
      {
        pointer: at('query', auth.name),
        fault: "is the key's own parameter",
        remedy: 'Remove it, or rename auth.name',
      },
    ];
  if (auth.style !== 'header') return [];
  const name = auth.name.toLowerCase();
  if (name !== 'authorization' && reservedHeaders.has(name))
    return [
      {
        pointer: at('auth', 'name'),
        fault: 'is a header that the instrument or the transport sets',
        remedy: 'Name the header that the provider reads the key from, such as api-key',
      },
    ];
  return Object.keys(target.headers)
    .filter((own) => own.toLowerCase() === name)
    .map((own) => ({ pointer: at('headers', own), fault: "is the key's own header", remedy: 'Remove it' }));
}

function checkSigning(target: TargetInput, at: At): Fault[] {
  if (protocols[target.protocol].signingService === undefined) {
    const signed = Object.entries(protocols).filter(([, { signingService }]) => signingService !== undefined);
    return [
      {
        pointer: at('auth', 'style'),
        fault: `sigv4 signs requests for AWS, and ${target.protocol} is no AWS protocol`,
        remedy: `Use bearer, header, query or none; or the protocol ${signed.map(([name]) => name).join(' or ')}`,
      },
    ];
  }
  const faults: Fault[] = [];
  if (findRegion(target) === null)
    faults.push({
      pointer: at('region'),
      fault: 'is missing, and baseUrl does not tell it',
      remedy: 'Add "region": "us-east-1", or the region that the endpoint is in',
    });
  if (target.apiKey === undefined && target.credentialId === undefined)
    faults.push({
      pointer: at('apiKey'),
      fault: 'is missing: requests are signed with it',
      remedy: awsCredentialRemedy,
    });
  return faults;
}

function checkKey(target: TargetInput, auth: Auth, at: At): Fault[] {
  const { apiKey, credentialId } = target;
  if (auth.style === 'none') {
    if (apiKey === undefined && credentialId === undefined) return [];
    const pointer = at(apiKey === undefined ? 'credentialId' : 'apiKey');
    return [{ pointer, fault: 'would not be sent: auth is none', remedy: 'Remove it, or give another auth.style' }];
  }
  const found = apiKey === undefined ? null : findKeyFault(target, detectKeyForm(apiKey));
  return found === null ? [] : [{ pointer: at('apiKey'), ...found }];
}

function checkReservedBody(target: TargetInput, at: At): Fault[] {
  const { reserved, omittable = [] } = findBodyRules(target);
  return Object.entries(reserved).flatMap(([path, remedy]) => {
    const names = path.split('/');
    const isOmitted = omittable.includes(path) && target.body[path] === null;
    if (!hasPath(target.body, names) || isOmitted) return [];
    return [{ pointer: at('body', ...names), fault: 'is set by the workload and the protocol', remedy }];
  });
}

function hasPath(value: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
  return hasPath(Object.entries(value).find(([key]) => key === name)?.[1], rest);
}
