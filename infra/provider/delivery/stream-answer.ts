import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Answer, composeAnswer } from '../answer/compose-answer.ts';
import { readTask } from '../answer/read-task.ts';
import { joinTokens, type TextPiece } from '../answer/tokenize-text.ts';
import type { Fault } from '../config/provider-config.ts';
import { createRandom, type DrawnStream, drawStream } from '../engine/draw-stream.ts';
import { readWallClockMs } from '../engine/stream-engine.ts';
import type { ProviderLogLine } from '../log/request-log.ts';
import type { ModelState, ProviderContext } from '../provider-context.ts';
import { createEventBuilder, sendError, sendJson } from './build-event.ts';
import type { CompletionRequest } from './completion-request.ts';
import { planDelivery } from './plan-delivery.ts';
import { createDeliverySender, type DeliverySender } from './send-delivery.ts';

/** One request to the provider: its response, the connection, and the line that is logged at the end. */
export type Exchange = { context: ProviderContext; line: ProviderLogLine; response: ServerResponse; socket: Socket };
type StreamJob = Exchange & { model: ModelState; request: CompletionRequest; fault: Fault | null };

/** Composes the model's answer, draws the time of each chunk, and sends each chunk at the time that the engine sets. */
export function streamAnswer(job: StreamJob): void {
  const { context, model, request, fault, line, response } = job;
  const random = createRandom(context.config.seed, 2 * line.sequence);
  const answer = composeAnswer(readFaultyTask(request, fault), request, model.config.output, random);
  const pieces = joinTokens(answer.tokens);
  const drawn = drawStream(model.config, line.inputTokens, pieces.length, random);
  line.numberIsRight = answer.numberIsRight;
  const asStream = request.stream && fault?.kind !== 'json-instead-of-stream';
  const { sender, steps } = asStream
    ? prepareStream(job, answer, pieces, drawn)
    : prepareWhole(job, answer, pieces, drawn.chunks.length);
  const early = asStream && model.config.headers === 'early';
  // Chunks that a fault removes are never sent. If no chunk is left, the response ends at the first chunk's due time.
  const schedule = { ...drawn, chunks: drawn.chunks.slice(0, Math.max(1, steps)) };
  // The schedule starts when the request was received, so the work done here does not add latency.
  const ticket = model.engine.add(line.receivedAtMs, schedule, {
    onStart(atMs) {
      line.startedAtMs = atMs;
      if (early) sender.openHeaders();
      if (early && model.config.roleEvent === 'early') sender.sendRole();
    },
    onChunk(chunk, dueMs) {
      line.lateMaxMs = Math.max(line.lateMaxMs, readWallClockMs() - dueMs);
      if (chunk === 0 && !(early && model.config.roleEvent === 'early')) sender.sendRole();
      sender.sendStep(chunk);
    },
  });
  if (ticket === null) {
    sendError(response, 503);
    return;
  }
  response.once('close', () => {
    ticket.remove(readWallClockMs());
    context.pacer.wake();
  });
  context.pacer.wake();
}

type Prepared = { sender: DeliverySender; steps: number };

function prepareStream(job: StreamJob, answer: Answer, pieces: readonly TextPiece[], drawn: DrawnStream): Prepared {
  const { model, request, fault, line, response, socket } = job;
  const roleEvent = model.config.roleEvent !== 'none';
  const { finishReason } = answer;
  const { inputTokens } = line;
  const streamed = { request, pieces, finishReason, inputTokens, chunks: drawn.chunks, roleEvent };
  const delivery = planDelivery(streamed, createEvents(job), fault);
  line.finishReason = delivery.finishReason;
  return { sender: createDeliverySender(response, socket, delivery, line), steps: delivery.steps.length };
}

/** Prepares an answer that is not streamed. The answer is sent in one piece at the time of its last token. */
function prepareWhole(job: StreamJob, answer: Answer, pieces: readonly TextPiece[], steps: number): Prepared {
  const { line, response } = job;
  const text = pieces.map((piece) => piece.text).join('');
  const usage = { inputTokens: line.inputTokens, outputTokens: answer.tokens.length, reasoningTokens: 0 };
  line.finishReason = answer.finishReason;
  const sendStep = (index: number) => {
    if (index < steps - 1) return;
    const atMs = readWallClockMs();
    line.firstByteSentAtMs = atMs;
    line.tokens.push([atMs, answer.tokens.length]);
    line.endAtMs = atMs;
    sendJson(response, 200, createEvents(job).whole(text, answer.finishReason, usage));
  };
  return { steps, sender: { openHeaders: () => undefined, sendRole: () => undefined, sendStep } };
}

function createEvents({ request, line }: StreamJob) {
  return createEventBuilder(request, `${line.model}-${line.sequence}`, Math.floor(line.receivedAtMs / 1_000));
}

function readFaultyTask(request: CompletionRequest, fault: Fault | null): ReturnType<typeof readTask> {
  const task = readTask(request.askedTexts);
  if (fault?.kind !== 'split-utf8') return task;
  // Adds characters of two, three, and four bytes, because the poems in prompts contain only one-byte characters.
  const lines = task.lines.length > 0 ? task.lines : ['A line to be split where no character ends'];
  return { ...task, lines: lines.map((line) => `\u00bb${line}\u00ab \u2014 \u{1f3b5}`) };
}
