import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readBasicLogin } from '../basic-login.ts';
import { buildJsonPointer, type Fault, findFault } from '../errors/app-error.ts';
import { resolveAuth } from '../protocols/target-rules.ts';
import type { RunSpecInput } from './run-spec.ts';
import { isReservedHeader } from './target.ts';

type TargetInput = RunSpecInput['targets'][number];
type At = (...path: string[]) => string;

/** Headers that usually belong to the credential, but that a gateway in front of the target may also require. */
const gatewayHeaders = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** Returns the problems of a target's secret headers and certificates. Never quotes secrets. */
export function checkTargetSecrets(target: TargetInput, index: number): Fault[] {
  const at: At = (...path) => buildJsonPointer(['targets', index, ...path]);
  return [
    ...checkSecretHeaders(target, at),
    ...checkProxyLogin(target, at),
    ...checkStored(target, at),
    ...checkCertificates(target, at),
  ];
}

function checkSecretHeaders(target: TargetInput, at: At): Fault[] {
  const { secretHeaders = {}, secretHeaderNames, headers } = target;
  const auth = resolveAuth(target);
  const keyHeader =
    auth.style === 'bearer' ? 'authorization' : auth.style === 'header' ? auth.name.toLowerCase() : null;
  const hasKey = target.apiKey !== undefined || target.credentialId !== undefined;
  const plain = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const names = Object.keys(secretHeaders);
  const faults = names.flatMap((name) => {
    const lower = name.toLowerCase();
    const pointer = at('secretHeaders', name);
    if (plain.has(lower)) return [{ pointer, fault: 'is also in headers', remedy: 'Remove one of them' }];
    if (hasKey && lower === keyHeader)
      return [{ pointer, fault: 'is the header that contains the API key', remedy: 'Remove it, or change auth' }];
    return findFault(isReservedHeader(lower) && !gatewayHeaders.has(lower), {
      pointer,
      fault: 'is set by Tokenmeter or by HTTP',
      remedy: 'Remove it',
    });
  });
  const missing = target.credentialId === undefined ? secretHeaderNames?.filter((name) => !names.includes(name)) : [];
  for (const name of missing ?? [])
    faults.push({
      pointer: at('secretHeaders', name),
      fault: 'is missing, but secretHeaderNames has its name',
      remedy: 'Add its value to secretHeaders',
    });
  return faults;
}

/** A proxy login is read by this machine, so only Basic is possible. */
function checkProxyLogin({ secretHeaders = {} }: TargetInput, at: At): Fault[] {
  return Object.entries(secretHeaders).flatMap(([name, value]) =>
    findFault(name.toLowerCase() === 'proxy-authorization' && readBasicLogin(value) === null, {
      pointer: at('secretHeaders', name),
      fault: 'is not a Basic login',
      remedy: 'Use "Basic " and the Base64 text of user:password',
    }),
  );
}

/** A credential holds all secrets of its target, so that they are stored and deleted together. */
function checkStored(target: TargetInput, at: At): Fault[] {
  return (['secretHeaders', 'clientKey'] as const).flatMap((field) =>
    findFault(target.credentialId !== undefined && target[field] !== undefined, {
      pointer: at(field),
      fault: 'cannot be combined with credentialId',
      remedy: `Store ${field} together with the key: POST /v1/credentials accepts apiKey, secretHeaders, and clientKey`,
    }),
  );
}

function checkCertificates(target: TargetInput, at: At): Fault[] {
  const { clientCertificate, clientKey, credentialId } = target;
  const faults = (['ca', 'clientCertificate'] as const).flatMap((field) => {
    const text = target[field];
    const isPlain = text !== undefined && target.baseUrl.startsWith('http://');
    if (isPlain)
      return [{ pointer: at(field), fault: 'has no effect with http://', remedy: 'Use https://, or remove it' }];
    return findFault(text !== undefined && !text.match(pemBlock)?.every(isCertificate), {
      pointer: at(field),
      fault: 'contains a certificate that cannot be read',
      remedy: 'Use the text of a PEM file',
    });
  });
  if (faults.length > 0) return faults;
  if (clientCertificate === undefined)
    return findFault(clientKey !== undefined, {
      pointer: at('clientCertificate'),
      fault: 'is missing, but clientKey is set',
      remedy: 'Add the certificate of the key',
    });
  if (clientKey === undefined)
    return findFault(credentialId === undefined, {
      pointer: at('clientKey'),
      fault: 'is missing, but clientCertificate is set',
      remedy: 'Add the private key, or store it with POST /v1/credentials and set credentialId',
    });
  return findFault(!isKeyOf(clientKey, clientCertificate), {
    pointer: at('clientKey'),
    fault: 'is not the private key of clientCertificate, or cannot be read',
    remedy: 'Use the key of the first certificate in clientCertificate, without a passphrase',
  });
}

const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== null;
  } catch {
    return false;
  }
}

function isKeyOf(key: string, certificate: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
