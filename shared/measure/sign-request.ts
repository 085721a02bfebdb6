import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { BuiltRequest } from '../protocols/build-request.ts';
import { protocols } from '../protocols/registry.ts';
import { findRegion, resolveAuth } from '../protocols/target-rules.ts';
import type { Target } from '../spec/target.ts';
import { readAwsCredential } from '../spec/target-key.ts';
import type { Sign } from './instrument.ts';

/** What the measuring thread sends as content type: AWS wants it under the signature. */
const contentType = 'application/json';

/**
 * How the requests of a target are signed (AWS Signature Version 4); null where it does not want that. The signature
 * covers the method, URL, body, host, content type, and all headers of the built request.
 * @param apiKey the text of the target's credential
 * @param nowMs the wall clock: the signature carries its time
 * @throws Error where the target or the credential lacks what signing needs, which is checked when a run is created
 */
export function createRequestSigner(
  target: Target,
  apiKey: string | null,
  nowMs: () => number,
): ((request: BuiltRequest) => Sign) | null {
  if (resolveAuth(target).style !== 'sigv4') return null;
  const credentials = apiKey === null ? null : readAwsCredential(apiKey);
  const { signingService: service } = protocols[target.protocol];
  const region = findRegion(target);
  if (credentials === null || service === undefined || region === null)
    throw new Error(`Requests of target ${target.id} cannot be signed: it lacks a credential, a service or a region`);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new SignatureV4({
    service,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    sha256: Sha256,
  });
  return (request) => async () => {
    const url = new URL(request.url);
    const given = { ...request.headers, host: url.host, 'content-type': contentType };
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
