import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { BuiltRequest } from '../protocols/build-request.ts';
import { protocols } from '../protocols/registry.ts';
import { findRegion, resolveAuth } from '../protocols/target-rules.ts';
import type { Target } from '../spec/target.ts';
import { type CredentialSource, readAwsCredential } from '../spec/target-key.ts';
import type { Sign } from './instrument.ts';

/** The content type that the measuring thread sends. AWS requires it to be part of the signature. */
const contentType = 'application/json';

/**
 * Creates a function that signs a target's requests (AWS Signature Version 4), or null if the target does not use
 * signatures. The signature covers the method, URL, body, host, content type, and all headers of the built request.
 * @param apiKey the text of the target's credential
 * @param source returns the current credentials of a role, which expire; null if the credential signs
 * @param nowMs the clock that dates the signature (Unix time in ms)
 * @throws Error if the credential, service or region is missing; the API does not create a run without them
 */
export function createRequestSigner(
  target: Target,
  apiKey: string | null,
  nowMs: () => number,
  source: CredentialSource | null = null,
): ((request: BuiltRequest) => Sign) | null {
  if (resolveAuth(target).style !== 'sigv4') return null;
  const credentials = apiKey === null ? null : readAwsCredential(apiKey);
  const { signingService: service } = protocols[target.protocol];
  const region = findRegion(target);
  if (credentials === null || service === undefined || region === null)
    throw new Error(
      `Requests to target ${target.id} cannot be signed. Set an AWS credential and a region for it, and use an AWS protocol`,
    );
  const { sessionToken, ...pair } = credentials;
  const own = sessionToken === undefined ? pair : { ...pair, sessionToken };
  const signer = new SignatureV4({ service, region, credentials: source ?? own, sha256: Sha256 });
  return (request) => async () => {
    const url = new URL(request.url);
    const given = { host: url.host, ...request.headers, 'content-type': contentType };
    const signed = await signer.sign(
      {
        method: 'POST',
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: given,
        body: request.body,
      },
      { signingDate: new Date(nowMs()) },
    );
    return Object.fromEntries(Object.entries(signed.headers).filter(([name]) => !(name in given)));
  };
}
