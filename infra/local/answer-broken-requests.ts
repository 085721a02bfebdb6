import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { buildProblem, problemMediaType } from '../../functions/api/http/problem.ts';
import { createIds } from '../../shared/adapters/ulid-ids.ts';
import { AppError, errorCodes } from '../../shared/errors/app-error.ts';
import { tokenmeterVersion } from '../../shared/version.ts';

/** Answers requests that are not valid HTTP with problem details, and closes their connection. */
export function answerBrokenRequests(server: Server): void {
  const ids = createIds();
  const responses = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }, response) => {
    responses.set(socket, response);
    response.once('close', () => responses.delete(socket));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const shown = describeError(error);
    // A response that has started must not be mixed with another one.
    if (!socket.writable || responses.get(socket)?.headersSent === true) socket.destroy();
    else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') socket.end(lateAnswer);
    else if (shown === null) socket.destroy();
    else socket.end(writeAnswer(shown, ids.next('request')));
  });
}

/** Response to a client that did not send its request in time. */
const lateAnswer = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';

/** Returns null if the request was valid so far, and only its connection failed. */
function describeError({ code = '' }: NodeJS.ErrnoException): AppError | null {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const { title, cure } = errorCodes.HEADERS_TOO_LARGE;
    return new AppError('HEADERS_TOO_LARGE', `${title}. ${cure}`);
  }
  if (!code.startsWith('HPE_')) return null;
  return new AppError('INVALID_REQUEST', `The request is not valid HTTP/1.1 (${code}). Send it with an HTTP library.`);
}

function writeAnswer(error: AppError, requestId: string): string {
  const { status } = errorCodes[error.code];
  const body = JSON.stringify(buildProblem(error, { requestId, instance: '' }));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    `X-Request-Id: ${requestId}`,
    `Tokenmeter-Version: ${tokenmeterVersion}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
