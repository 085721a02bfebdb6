import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one call: passed on, answered here, or passed on with its answer lost on the way back. */
export type Fate = 'pass' | 'lose-answer' | { httpStatus: number; answer: object } | ((answer: string) => string);

/**
 * A proxy in front of a server of an AWS JSON protocol.
 * @param decide called with the operation (`PutItem`) and the body of each call
 */
export async function startFaultyProxy(upstream: string, decide: (operation: string, body: string) => Fate) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const fate = decide(String(request.headers['x-amz-target']).split('.')[1] ?? '', body);
    const type = { 'content-type': 'application/x-amz-json-1.0' };
    if (typeof fate === 'object') {
      response.writeHead(fate.httpStatus, type).end(JSON.stringify(fate.answer));
      return;
    }
    const { authorization, 'x-amz-target': target, 'x-amz-date': date } = request.headers;
    const headers = {
      ...type,
      authorization: String(authorization),
      'x-amz-target': String(target),
      'x-amz-date': String(date),
    };
    const reply = await fetch(upstream, { method: 'POST', headers, body });
    const answer = await reply.text();
    if (fate === 'lose-answer') request.socket.destroy();
    else response.writeHead(reply.status, type).end(typeof fate === 'function' ? fate(answer) : answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listens on an address, not on a pipe
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
