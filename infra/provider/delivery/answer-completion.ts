import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { countTokens } from '../../../shared/workload/tokenizers/count-tokens.ts';
import type { Fault } from '../config/provider-config.ts';
import { createRandom, drawUniform, type Random } from '../engine/draw-stream.ts';
import { readWallClockMs } from '../engine/stream-engine.ts';
import { createLogLine } from '../log/request-log.ts';
import type { ModelState, ProviderContext } from '../provider-context.ts';
import { sendError } from './build-event.ts';
import { type CompletionRequest, parseCompletionRequest } from './completion-request.ts';
import { type Exchange, streamAnswer } from './stream-answer.ts';

const maxBodyBytes = 32 * 1024 * 1024;

/** Responds to one request with an error, a configured fault, or a stream. Logs the request when the response ends. */
export function answerCompletion(
  context: ProviderContext,
  kind: CompletionRequest['kind'],
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const headersAtMs = readWallClockMs();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  });
  request.on('end', () => {
    const line = createLogLine(path, headersAtMs, readWallClockMs());
    const respond = (socket: Socket) => {
      const exchange = { context, line, response, socket };
      logAtClose(exchange);
      if (!isAuthorized(context.config, request)) sendError(response, 401);
      else if (size > maxBodyBytes) sendError(response, 413);
      else answerBody(exchange, kind, Buffer.concat(chunks).toString('utf8'));
    };
    // If requests are pipelined, a response gets its socket when the previous response has finished.
    if (response.socket === null) response.once('socket', respond);
    else respond(response.socket);
  });
}

export function isAuthorized(config: ProviderContext['config'], request: IncomingMessage): boolean {
  return config.apiKey === undefined || request.headers.authorization === `Bearer ${config.apiKey}`;
}

function answerBody(exchange: Exchange, kind: CompletionRequest['kind'], body: string): void {
  const { context, line, response } = exchange;
  const parsed = parseCompletionRequest(kind, body);
  if (!parsed.ok) {
    sendError(response, 400, { message: parsed.fault });
    return;
  }
  const { request } = parsed;
  line.model = request.model;
  line.stream = request.stream;
  line.maxTokens = request.maxTokens;
  const model = context.models.get(request.model);
  if (model === undefined) {
    const message = `The model '${request.model}' does not exist or you do not have access to it.`;
    sendError(response, 404, { message, code: 'model_not_found' });
  } else answerModel(exchange, model, request);
}

function answerModel(exchange: Exchange, model: ModelState, request: CompletionRequest): void {
  const { context, line, response, socket } = exchange;
  model.sequence += 1;
  const { sequence } = model;
  const requestId = `${model.name.replace(/\W+/g, '-')}-${sequence}`;
  // Faults have a separate random generator, so that configuring a fault does not change any latency.
  const fault = chooseFault(model.config.faults, sequence, createRandom(context.config.seed, 2 * sequence + 1));
  response.setHeader('x-request-id', requestId);
  line.requestId = requestId;
  line.sequence = sequence;
  line.inputTokens = request.texts.reduce((sum, text) => sum + countTokens(text), 0);
  line.fault = fault?.kind ?? null;
  line.inFlightAtStart = model.engine.inFlight();
  line.queuedAtStart = model.engine.queued();
  const waitMs = model.limiter?.(line.receivedAtMs) ?? 0;
  if (waitMs > 0) {
    refuseRequest(response, model.config.rateLimit?.retryAfter === false ? null : waitMs / 1_000);
    return;
  }
  if (fault !== null && failAtOnce(exchange, fault)) return;
  if (fault?.kind === 'stale-keep-alive') context.idleCloser.closeAfter(response, socket, fault.tailMs);
  streamAnswer({ ...exchange, model, request, fault });
}

/** Writes the log line when the response ends for any reason. Timestamps of events that did not happen stay null. */
function logAtClose({ context, line, response, socket }: Exchange): void {
  let written = false;
  const write = () => {
    if (written) return;
    written = true;
    socket.off('close', write);
    line.status = response.headersSent ? response.statusCode : null;
    line.abandoned = line.endAtMs === null && !response.writableEnded;
    line.endAtMs ??= readWallClockMs();
    line.outputTokens = line.tokens.reduce((sum, [, tokens]) => sum + tokens, 0);
    context.log.write(line);
  };
  response.once('close', write);
  socket.once('close', write);
}

function refuseRequest(response: ServerResponse, retryAfter: Fault['retryAfter']): void {
  const headers: Record<string, string> = {};
  if (retryAfter === 'date') headers['retry-after'] = new Date(Date.now() + 1_000).toUTCString();
  else if (retryAfter !== null) headers['retry-after'] = String(Math.ceil(retryAfter));
  sendError(response, 429, { headers });
}

/** Responds with the fault and returns true if the fault needs no model answer. Otherwise, returns false. */
function failAtOnce({ line, response, socket }: Exchange, fault: Fault): boolean {
  const { kind } = fault;
  if (kind === 'reset' || kind === 'not-http') line.endAtMs = readWallClockMs();
  if (kind === 'http-error') sendError(response, fault.status);
  else if (kind === 'rate-limited') refuseRequest(response, fault.retryAfter);
  else if (kind === 'redirect') response.writeHead(307, { location: fault.location, 'content-length': 0 }).end();
  else if (kind === 'reset') socket.resetAndDestroy();
  else if (kind === 'not-http') socket.end('220 This is not a web server\r\n');
  else return kind === 'hang-before-headers';
  return true;
}

/** Returns the first fault rule that matches a request, or null. `sequence` is the request's number, from 1. */
export function chooseFault(faults: readonly Fault[], sequence: number, random: Random): Fault | null {
  const matches = ({ every, requests, first, probability }: Fault) => {
    if (every !== undefined && sequence % every !== 0) return false;
    if (requests !== undefined && !requests.includes(sequence)) return false;
    if (first !== undefined && sequence > first) return false;
    return probability === undefined || drawUniform(random) < probability;
  };
  return faults.find(matches) ?? null;
}
