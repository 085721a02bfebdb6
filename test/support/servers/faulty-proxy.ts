import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { readStoreEndpoint } from '../../../shared/adapters/store-endpoint.ts';
import { openServer } from './open-server.ts';

/**
 * Handling of one call: forward it, answer it here, forward it and drop or change its answer, or send other calls instead
 * and return the last answer.
 */
export type Fate =
  | 'pass'
  | 'lose-answer'
  | { httpStatus: number; answer: object }
  | { bodies: readonly string[] }
  | ((answer: string) => string);

type Decide = (operation: string, body: string, headers: IncomingHttpHeaders) => Fate | Promise<Fate>;

/**
 * Starts a proxy for a server with an AWS JSON protocol.
 * @param decide receives the operation (`PutItem`), the body, and the headers of each call; may wait
 */
export async function startFaultyProxy(upstream: string, decide: Decide) {
  const server = await openServer((request, response) => {
    // The caller was killed or the server is closed, so there is no one to answer.
    answerCall(upstream, decide, request, response).catch(() => request.socket.destroy());
  });
  return {
    // The credential of the server behind it, which clients must sign with.
    endpoint: server.url.replace('//', `//${readStoreEndpoint(upstream).credentials.accessKeyId}@`),
    close: server.close,
  };
}

async function answerCall(
  upstream: string,
  decide: Decide,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(request);
  const { authorization, 'x-amz-target': target, 'x-amz-date': date } = request.headers;
  const fate = await decide(String(target).split('.').at(-1) ?? '', body, request.headers);
  const type = { 'content-type': 'application/x-amz-json-1.0' };
  if (typeof fate === 'object' && 'httpStatus' in fate) {
    response.writeHead(fate.httpStatus, type).end(JSON.stringify(fate.answer));
    return;
  }
  const headers = {
    ...type,
    authorization: String(authorization),
    'x-amz-target': String(target),
    'x-amz-date': String(date),
  };
  let reply = { status: 0, answer: '' };
  for (const sent of typeof fate === 'object' ? fate.bodies : [body]) reply = await ask(upstream, headers, sent);
  const { status, answer } = reply;
  if (fate === 'lose-answer') request.socket.destroy();
  else response.writeHead(status, type).end(typeof fate === 'function' ? fate(answer) : answer);
}

async function ask(upstream: string, headers: Record<string, string>, body: string) {
  const { endpoint, httpAgent } = readStoreEndpoint(upstream);
  const sent = httpRequest(endpoint, { method: 'POST', headers, ...(httpAgent === null ? {} : { agent: httpAgent }) });
  const [reply]: IncomingMessage[] = await once(sent.end(body), 'response');
  if (reply === undefined) throw new Error('The server sent no response');
  return { status: reply.statusCode ?? 0, answer: await text(reply) };
}
