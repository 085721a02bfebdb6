import { timingSafeEqual } from 'node:crypto';
import { type IncomingMessage, request as sendRequest } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { readStoreEndpoint, type StoreConnection } from '../../shared/adapters/store-endpoint.ts';
import type { Config } from '../../shared/config.ts';
import type { Clock } from '../../shared/ports.ts';

type Fetch = (request: Request) => Response | Promise<Response>;
type Places = Pick<Config, 'region' | 'bucketName' | 's3Endpoint' | 's3PublicEndpoint'>;

/** Header fields that are passed to the embedded server, and those of its answer that are passed back. */
const [sentHeaders, answeredHeaders] = [
  ['content-type', 'content-length', 'range', 'if-none-match'],
  [
    'content-type',
    'content-length',
    'content-range',
    'content-disposition',
    'content-encoding',
    'etag',
    'last-modified',
  ],
];

/**
 * Adds the signed addresses of objects to the API. The embedded S3 server checks no signatures, and only this process
 * can reach it, so this gateway checks them, as S3 does.
 */
export function addObjectGateway(fetch: Fetch, config: Places, clock: Pick<Clock, 'nowMs'>): Fetch {
  const { s3Endpoint, s3PublicEndpoint } = config;
  if (s3Endpoint === null || s3PublicEndpoint === null) return fetch;
  const check = createSignatureCheck(s3PublicEndpoint, config.region, clock);
  const server = readStoreEndpoint(s3Endpoint);
  return async (request) => {
    const url = new URL(request.url);
    const isSigned = url.pathname.startsWith(`/${config.bucketName}/`) && url.searchParams.has('X-Amz-Signature');
    if (!isSigned) return fetch(request);
    if (!['GET', 'HEAD', 'PUT'].includes(request.method) || !(await check(request.method, url)))
      return answerError(403, 'AccessDenied', 'The signature of the address is not valid, or it has expired.');
    return passOn(server, request, url);
  };
}

/** Creates a check that signs the request again, at its own time, and compares the signatures. */
function createSignatureCheck(publicEndpoint: string, region: string, clock: Pick<Clock, 'nowMs'>) {
  const { endpoint, credentials } = readStoreEndpoint(publicEndpoint);
  const base = new URL(endpoint);
  const presigner = new S3RequestPresigner({ region, credentials, sha256: Sha256 });
  return async (method: string, { pathname, searchParams }: URL): Promise<boolean> => {
    const signedAtMs = parseTime(searchParams.get('X-Amz-Date') ?? '');
    const expiresIn = Number(searchParams.get('X-Amz-Expires'));
    const nowMs = clock.nowMs();
    if (!(signedAtMs + expiresIn * 1_000 > nowMs)) return false;
    const query = Object.fromEntries([...searchParams].filter(([name]) => !name.startsWith('X-Amz-')));
    const { protocol, hostname, port, host } = base;
    const place = { protocol, hostname, ...(port === '' ? {} : { port: Number(port) }), headers: { host } };
    // A reverse proxy may have removed the path of the public address.
    const path = base.pathname.replace(/\/$/, '') + pathname;
    const signed = await presigner.presign(new HttpRequest({ ...place, method, path, query }), {
      signingDate: new Date(signedAtMs),
      expiresIn,
    });
    return isEqual(String(signed.query?.['X-Amz-Signature']), searchParams.get('X-Amz-Signature') ?? '');
  };
}

/** Parses a time such as 20261130T120000Z. Returns ms since 1970, or NaN. */
function parseTime(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function isEqual(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Sends the request to the embedded server, which requires its own credential, and streams the answer back. */
async function passOn(server: StoreConnection, request: Request, { pathname, search }: URL): Promise<Response> {
  const { endpoint, credentials, httpAgent } = server;
  const headers = Object.fromEntries(sentHeaders.flatMap((name) => toEntry(name, request.headers.get(name))));
  const outgoing = sendRequest(`${endpoint}${pathname}${search}`, {
    method: request.method,
    headers: { ...headers, authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/` },
    ...(httpAgent === null ? {} : { agent: httpAgent }),
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  const sent = request.body === null ? outgoing.end() : pipeline(Readable.from(request.body), outgoing);
  const [answer] = await Promise.all([answered, sent]);
  const kept = answeredHeaders.flatMap((name) => toEntry(name, answer.headers[name]?.toString() ?? null));
  const status = answer.statusCode ?? 502;
  const hasBody = request.method !== 'HEAD' && ![204, 304].includes(status);
  if (!hasBody) answer.resume();
  // The stream types of Node.js and of the web differ only in their declarations.
  const body = hasBody ? (Readable.toWeb(answer) as ReadableStream<Uint8Array>) : null;
  return new Response(body, { status, headers: kept });
}

const toEntry = (name: string, value: string | null): [string, string][] => (value === null ? [] : [[name, value]]);

function answerError(status: number, code: string, message: string): Response {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return new Response(body, { status, headers: { 'content-type': 'application/xml' } });
}
