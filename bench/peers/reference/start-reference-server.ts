import { once } from 'node:events';
import net from 'node:net';
import { z } from 'zod';
import { createAnswerBuilder, type Kind, renderJsonResponse } from './build-answer.ts';
import { createPacer, createTurns } from './pace-tokens.ts';
import { type LoggedRequest, readMonotonicMs } from './reference-log.ts';
import { readPromptNumber } from './reference-prompt.ts';

export type ReferencePlan = {
  model: string;
  tokensPerSecond: number;
  /** Range of the time from receipt to the first token. Requests are spread evenly over it, so that streams do not synchronize. */
  firstTokenMs: { min: number; max: number };
};

export type ReferenceServer = {
  /** API root. */
  url: string;
  log(): readonly LoggedRequest[];
  close(): Promise<void>;
};

/** A request of either kind. The prompt is only counted. */
const askSchema = z.object({
  stream: z.boolean().default(false),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  messages: z.unknown().optional(),
  prompt: z.unknown().optional(),
});

const kinds = new Map<string, Kind>([
  ['/v1/chat/completions', 'chat'],
  ['/v1/completions', 'completions'],
]);

const defaultTokens = 100;
const goldenRatio = 0.618_033_988_749_895;

/**
 * Starts an OpenAI-compatible server on loopback that answers with one word per token on an absolute schedule and logs the
 * time of each receipt and each write. Reads are only stamped; later turns of the event loop do the rest.
 */
export async function startReferenceServer(plan: ReferencePlan): Promise<ReferenceServer> {
  const sockets = new Set<net.Socket>();
  const later = createTurns();
  const { answer, log, stop } = createAnswering(plan);
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    let pending: Buffer = Buffer.alloc(0);
    const take = (bytes: Buffer, receivedAtMs: number) => {
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
      for (let taken = takeRequest(pending); taken !== null; taken = takeRequest(pending)) {
        pending = taken.rest;
        answer(socket, taken.request, receivedAtMs);
      }
    };
    socket.on('data', (bytes) => {
      const receivedAtMs = readMonotonicMs();
      later(() => take(bytes, receivedAtMs));
    });
  });
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The reference server has no address.');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    log: () => log,
    close: async () => {
      stop();
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

type Answer = (socket: net.Socket, request: HttpRequest, receivedAtMs: number) => void;

function createAnswering(plan: ReferencePlan): { answer: Answer; log: readonly LoggedRequest[]; stop(): void } {
  const log: LoggedRequest[] = [];
  const stream = createStreaming(plan);
  const answer: Answer = (socket, request, receivedAtMs) => {
    const path = request.path.split('?', 1)[0] ?? '';
    const kind = kinds.get(path);
    if (request.method === 'POST' && kind !== undefined) {
      const line: LoggedRequest = {
        sequence: log.length,
        promptNumber: readPromptNumber(request.body),
        requestId: request.requestId,
        receivedAtMs,
        tokensSentAtMs: [],
        endSentAtMs: null,
        inputBytes: Buffer.byteLength(request.body),
      };
      log.push(line);
      stream.add(socket, request, kind, line);
    } else if (request.method === 'GET' && path === '/v1/models') {
      const data = [{ id: plan.model, object: 'model', created: 0, owned_by: 'reference' }];
      socket.write(renderJsonResponse('200 OK', { object: 'list', data }));
    } else if (request.method === 'GET' && path === '/health') socket.write(renderJsonResponse('200 OK', {}));
    else socket.write(renderJsonResponse('404 Not Found', { error: { message: `No such path: ${path}` } }));
  };
  return { answer, log, stop: stream.stop };
}

/** Sends answers on their schedule. An answer without streaming takes the same time and is written at its end. */
function createStreaming({ model, tokensPerSecond, firstTokenMs: { min, max } }: ReferencePlan) {
  const builder = createAnswerBuilder(model);
  const pacer = createPacer(readMonotonicMs);
  const add = (socket: net.Socket, request: HttpRequest, kind: Kind, line: LoggedRequest) => {
    const ask = askSchema.parse(JSON.parse(request.body));
    const counts = {
      input: JSON.stringify(ask.messages ?? ask.prompt ?? '').split(/\s+/).length,
      output: ask.max_completion_tokens ?? ask.max_tokens ?? defaultTokens,
    };
    const { head, token, end } = ask.stream
      ? builder.stream(kind, line.sequence, counts)
      : { head: '', token: () => '', end: builder.whole(kind, line.sequence, counts) };
    // Multiples of the golden ratio fill the range evenly, and equally for each tool.
    const firstAtMs = line.receivedAtMs + min + (max - min) * ((line.sequence * goldenRatio) % 1);
    const dueAtMs = (place: number) => firstAtMs + (place * 1_000) / tokensPerSecond;
    const write = (text: string) => {
      if (text !== '') socket.write(text, 'latin1');
    };
    write(head);
    let place = 0;
    const send = () => {
      if (socket.destroyed) return null;
      const text = token(place);
      line.tokensSentAtMs.push(readMonotonicMs());
      write(text);
      place += 1;
      if (place < counts.output) return dueAtMs(place);
      line.endSentAtMs = readMonotonicMs();
      write(end);
      if (!request.keepAlive) socket.end();
      return null;
    };
    pacer.add({ dueAtMs: dueAtMs(0), send });
  };
  return { add, stop: pacer.clear };
}

export type HttpRequest = { method: string; path: string; requestId: string | null; body: string; keepAlive: boolean };

/**
 * Takes one request with a content-length from the start of `bytes`; null if it is incomplete.
 * @throws Error if the body is chunked
 */
export function takeRequest(bytes: Buffer): { request: HttpRequest; rest: Buffer } | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = bytes.toString('latin1', 0, headEnd);
  if (/^transfer-encoding:/im.test(head)) throw new Error('The reference server does not accept chunked requests.');
  const bodyStart = headEnd + 4;
  const bodyEnd = bodyStart + Number(readHeader(head, 'content-length') ?? 0);
  if (bytes.length < bodyEnd) return null;
  const [method = '', path = ''] = head.split(' ', 2);
  const request = {
    method,
    path,
    requestId: readHeader(head, 'x-request-id'),
    body: bytes.toString('utf8', bodyStart, bodyEnd),
    keepAlive: readHeader(head, 'connection')?.toLowerCase() !== 'close',
  };
  return { request, rest: bytes.subarray(bodyEnd) };
}

function readHeader(head: string, name: string): string | null {
  return new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'im').exec(head)?.[1] ?? null;
}
