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
  close(): Promise<void>;
};

/** A request of either kind; the prompt is only measured. */
const askSchema = z.object({
  stream: z.boolean().default(false),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  messages: z.unknown().optional(),
  prompt: z.unknown().optional(),
});
type Ask = z.infer<typeof askSchema>;

const kinds = { '/v1/chat/completions': 'chat', '/v1/completions': 'completions' } as const;
type Kind = (typeof kinds)[keyof typeof kinds];

const defaultTokens = 100;
const goldenRatio = 0.618_033_988_749_895;

/**
 * An OpenAI chat server on loopback that answers with one word a token on an absolute schedule, straight to the socket,
 * and logs the instant of each receipt and of each write.
 */
export async function startReferenceServer(plan: ReferencePlan): Promise<ReferenceServer> {
  const log: LoggedRequest[] = [];
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
  const path = request.path.split('?', 1)[0] ?? '';
  const kind = kindOf(path);
  if (request.method === 'POST' && kind !== null) {
    const ask = askSchema.parse(JSON.parse(request.body));
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
    stream({ plan, pacer, socket, request, kind, ask, line });
  } else if (request.method === 'GET' && path === '/v1/models')
    sendJson(socket, '200 OK', {
      object: 'list',
      data: [{ id: plan.model, object: 'model', created: 0, owned_by: 'reference' }],
    });
  else if (request.method === 'GET' && path === '/health') sendJson(socket, '200 OK', {});
  else sendJson(socket, '404 Not Found', { error: { message: `No such path: ${path}` } });
}

function kindOf(path: string): Kind | null {
  return Object.entries(kinds).find(([known]) => known === path)?.[1] ?? null;
}

type Job = {
  plan: ReferencePlan;
  pacer: Pacer;
  socket: net.Socket;
  request: HttpRequest;
  kind: Kind;
  ask: Ask;
  line: LoggedRequest;
};

function stream({ plan, pacer, socket, request, kind, ask, line }: Job): void {
  const words = composeWords(line.sequence, ask.max_completion_tokens ?? ask.max_tokens ?? defaultTokens);
  const events = buildEvents(plan.model, kind, line.sequence, words, ask);
  const { min, max } = plan.firstTokenMs;
  // Multiples of the golden ratio fill the range evenly in any stretch of requests, the same for every tool.
  const firstAtMs = line.receivedAtMs + min + (max - min) * ((line.sequence * goldenRatio) % 1);
  const dueAtMs = (token: number) => firstAtMs + (token * 1_000) / plan.tokensPerSecond;
  const end = () => {
    line.endSentAtMs = monotonicNowMs();
    socket.write(events.end);
    if (!request.keepAlive) socket.end();
  };
  if (ask.stream) socket.write(events.head);
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
function buildEvents(model: string, kind: Kind, sequence: number, words: readonly string[], ask: Ask) {
  const chat = kind === 'chat';
  const shared = { id: `${chat ? 'chatcmpl' : 'cmpl'}-${sequence}`, created: 0, model };
  const inputTokens = JSON.stringify(ask.messages ?? ask.prompt).split(/\s+/).length;
  const usage = {
    prompt_tokens: inputTokens,
    completion_tokens: words.length,
    total_tokens: inputTokens + words.length,
  };
  if (!ask.stream) {
    const content = words.join('');
    const choice = chat ? { message: { role: 'assistant', content } } : { text: content };
    const choices = [{ index: 0, ...choice, finish_reason: 'length' }];
    const object = chat ? 'chat.completion' : 'text_completion';
    return { head: '', tokens: [], end: jsonResponse('200 OK', { ...shared, object, choices, usage }) };
  }
  const object = chat ? 'chat.completion.chunk' : 'text_completion';
  const event = (fields: object) => `data: ${JSON.stringify({ ...shared, object, ...fields })}\n\n`;
  const tokens = words.map((content, place) => {
    const delta = place === 0 ? { role: 'assistant', content } : { content };
    const choice = chat ? { delta } : { text: content };
    return frame(event({ choices: [{ index: 0, ...choice, finish_reason: null }] }));
  });
  const finish = event({ choices: [{ index: 0, ...(chat ? { delta: {} } : { text: '' }), finish_reason: 'length' }] });
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
