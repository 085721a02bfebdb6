import { request as sendRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { openServer } from '../support/servers/open-server.ts';

export type Exchange = {
  method: string;
  /** Path without the query. */
  path: string;
  status: number;
  requestBody: Buffer;
  contentType: string;
  /** The body without compression. */
  body: Buffer;
};

export type RecordingProxy = { url: string; exchanges: Exchange[]; close(): Promise<void> };

/** Starts a proxy in front of a service that keeps each exchange. */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const exchanges: Exchange[] = [];
  const { host } = new URL(target);
  const server = await openServer(async (incoming, outgoing) => {
    const requestBody = await buffer(incoming);
    const { method = 'GET', url = '/', headers } = incoming;
    const forwarded = sendRequest(new URL(url, target), { method, headers: { ...headers, host } }, async (response) => {
      const bytes = await buffer(response);
      const { statusCode: status = 0, headers: answered } = response;
      const body = decompress(bytes, String(answered['content-encoding'] ?? ''));
      const contentType = String(answered['content-type'] ?? '');
      exchanges.push({ method, path: url.split('?')[0] ?? url, status, requestBody, contentType, body });
      outgoing.writeHead(status, answered).end(bytes);
    });
    forwarded.on('error', () => outgoing.destroy());
    forwarded.end(requestBody);
  });
  return { ...server, exchanges };
}

function decompress(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'gzip') return gunzipSync(bytes);
  return encoding === 'br' ? brotliDecompressSync(bytes) : bytes;
}
