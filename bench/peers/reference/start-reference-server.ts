import { once } from 'node:events';
import net from 'node:net';
import { z } from 'zod';
import { monotonicNowMs } from '../monotonic-now-ms.ts';
import { composeWords } from './answer-words.ts';
import { createPacer, type Pacer } from './pace-tokens.ts';
import type { LoggedRequest } from './reference-log.ts';
import { readPromptNumber } from './reference-prompt.ts';
import { type HttpRequest, takeRequest } from './take-request.ts';

export type ReferencePlan = {
  model: string;
  tokensPerSecond: number;
  /** From receipt to the first token: spread evenly over this range by the request's number, so that slots do not keep step. */
  firstTokenMs: { min: number; max: number };
};

export type ReferenceServer = {
  /** The API root. */
  url: string;
  log(): readonly LoggedRequest[];
  /** Forgets the log; numbers start at 0 again. */
  reset(): void;
  close(): Promise<void>;
};

const chatSchema = z.object({
  stream: z.boolean().default(false),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  messages: z.array(z.object({ content: z.unknown() })),
});
type Chat = z.infer<typeof chatSchema>;

const defaultTokens = 100;
const goldenRatio = 0.618_033_988_749_895;

/**
 * An OpenAI chat server on loopback that answers with one word a token on an absolute schedule, straight to the socket,
 * and logs the instant of each receipt and of each write.
 */
export async function startReferenceServer(plan: ReferencePlan): Promise<ReferenceServer> {
  let log: LoggedRequest[] = [];
  const pacer = createPacer(monotonicNowMs);
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    let pending: Buffer = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      const receivedAtMs = monotonicNowMs();
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
      for (let taken = takeRequest(pending); taken !== null; taken = takeRequest(pending)) {
        pending = taken.rest;
        answer(plan, pacer, log, socket, taken.request, receivedAtMs);
      }
    });
  });
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The reference server has no address');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    log: () => log,
    reset: () => {
      log = [];
    },
    close: async () => {
      pacer.clear();
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(
  plan: ReferencePlan,
  pacer: Pacer,
  log: LoggedRequest[],
  socket: net.Socket,
  request: HttpRequest,
  receivedAtMs: number,
): void {
  const path = request.path.split('?', 1)[0];
  if (request.method === 'POST' && path === '/v1/chat/completions') {
    const chat = chatSchema.parse(JSON.parse(request.body));
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
    answerChat({ plan, pacer, socket, request, chat, line });
  } else if (request.method === 'GET' && path === '/v1/models')
    sendJson(socket, '200 OK', {
      object: 'list',
      data: [{ id: plan.model, object: 'model', created: 0, owned_by: 'reference' }],
    });
  else if (request.method === 'GET' && path === '/health') sendJson(socket, '200 OK', {});
  else sendJson(socket, '404 Not Found', { error: { message: `No such path: ${path}` } });
}

type ChatJob = {
  plan: ReferencePlan;
  pacer: Pacer;
  socket: net.Socket;
  request: HttpRequest;
  chat: Chat;
  line: LoggedRequest;
};

function answerChat({ plan, pacer, socket, request, chat, line }: ChatJob): void {
  const words = composeWords(line.sequence, chat.max_completion_tokens ?? chat.max_tokens ?? defaultTokens);
  const events = buildEvents(plan.model, line, words, chat);
  const { min, max } = plan.firstTokenMs;
  // Multiples of the golden ratio fill the range evenly in any stretch of requests, the same for every tool.
  const firstAtMs = line.receivedAtMs + min + (max - min) * ((line.sequence * goldenRatio) % 1);
  const dueAtMs = (token: number) => firstAtMs + (token * 1_000) / plan.tokensPerSecond;
  const end = () => {
    line.endSentAtMs = monotonicNowMs();
    socket.write(events.end);
    if (!request.keepAlive) socket.end();
  };
  if (chat.stream) socket.write(events.head);
  let token = 0;
  pacer.add({
    dueAtMs: dueAtMs(0),
    send: () => {
      if (socket.destroyed) return null;
      const bytes = events.tokens[token];
      line.tokensSentAtMs.push(monotonicNowMs());
      if (bytes !== undefined) socket.write(bytes);
      token += 1;
      if (token < words.length) return dueAtMs(token);
      end();
      return null;
    },
  });
}

/** All bytes of the answer, made before the schedule begins. An answer that is not streamed is all in `end`. */
function buildEvents(model: string, line: LoggedRequest, words: readonly string[], { stream, messages }: Chat) {
  const id = `chatcmpl-${line.sequence}`;
  const inputTokens = JSON.stringify(messages.map(({ content }) => content)).split(/\s+/).length;
  const usage = {
    prompt_tokens: inputTokens,
    completion_tokens: words.length,
    total_tokens: inputTokens + words.length,
  };
  if (!stream) {
    const message = { role: 'assistant', content: words.join('') };
    const choices = [{ index: 0, message, finish_reason: 'length' }];
    const whole = { id, object: 'chat.completion', created: 0, model, choices, usage };
    return { head: '', tokens: [], end: jsonResponse('200 OK', whole) };
  }
  const shared = { id, object: 'chat.completion.chunk', created: 0, model };
  const event = (fields: object) => `data: ${JSON.stringify({ ...shared, ...fields })}\n\n`;
  const tokens = words.map((content, place) => {
    const delta = place === 0 ? { role: 'assistant', content } : { content };
    return frame(event({ choices: [{ index: 0, delta, finish_reason: null }] }));
  });
  const finish = event({ choices: [{ index: 0, delta: {}, finish_reason: 'length' }] });
  return {
    head: 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n',
    tokens,
    end: `${frame(`${finish}${event({ choices: [], usage })}data: [DONE]\n\n`)}0\r\n\r\n`,
  };
}

/** One chunk of the chunked transfer coding; all text is ASCII. */
function frame(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}

function sendJson(socket: net.Socket, status: string, value: unknown): void {
  socket.write(jsonResponse(status, value));
}

function jsonResponse(status: string, value: unknown): string {
  const body = JSON.stringify(value);
  const length = Buffer.byteLength(body);
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;
}
