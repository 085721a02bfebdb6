import type { AnswerReading } from '../../shared/measure/answer-reading.ts';
import type { Exchange, ExchangePart } from '../../shared/measure/instrument.ts';
import { interpretInSteps } from '../../shared/measure/interpret-exchange.ts';
import type { AnswerLimits } from '../../shared/measure/read-answer.ts';
import { createGapPacker } from '../../shared/metrics/block-gaps.ts';
import type { Deps } from '../../shared/ports.ts';
import type { Dialect } from '../../shared/protocols/dialect.ts';
import { noTally } from '../../shared/records/batch-tally.ts';
import type { BatchProgress, BatchRecord } from '../../shared/records/records.ts';
import type { Outcome } from '../../shared/sample/outcome.ts';
import type { Sample, Timeline } from '../../shared/sample/sample.ts';
import type { Steps } from '../../shared/time-slices.ts';
import type { Prompt } from '../../shared/workload/prompt.ts';
import { countTokensInSteps } from '../../shared/workload/tokenizers/count-tokens.ts';
import { checkAnswer } from './check-answer.ts';
import type { Lease } from './hold-lease.ts';
import { addToTally } from './tally-sample.ts';
import { createTaskQueue } from './task-queue.ts';

/** A block is stored when it reaches one of these limits: number of samples, or number of output events. */
export const flushAtSamples = 400;
export const flushAtEvents = 40_000;

export type Measured = { sample: Sample; timeline: Timeline | null };

/** Reads the parts of a response, and converts the finished request to a sample. */
export type Measure = {
  readPart(part: ExchangePart): Promise<void>;
  measure(exchange: Exchange): Promise<Measured>;
};

export type SampleCollector = ReturnType<typeof createSampleCollector>;

/**
 * Converts finished requests to samples, one per turn of the event loop, and stores them in blocks. A block takes
 * effect when the batch record lists it, and only the worker that holds the lease can update that record.
 * @param loss aborts when the lease is lost. Samples that are not yet stored are then discarded
 */
export function createSampleCollector(
  deps: Pick<Deps, 'blocks' | 'clock' | 'config'>,
  claimed: BatchRecord,
  lease: Lease,
  { readPart, measure }: Measure,
  onFailure: (error: unknown) => void,
  loss: AbortSignal,
) {
  const { progress } = claimed;
  let failure: { error: unknown } | null = null;
  let closed = false;

  const fail = (error: unknown) => {
    failure ??= { error };
    blocks.close();
    onFailure(error);
  };
  const blocks = createBlockWriter(deps, claimed, lease, fail);
  const keep = (measured: Measured) => {
    countSample(progress, measured.sample);
    blocks.add(measured);
  };
  const tasks = createTaskQueue(fail);
  const close = () => {
    closed = true;
    tasks.clear();
    blocks.close();
  };
  if (loss.aborted) close();
  loss.addEventListener('abort', close);

  return {
    progress,
    /** Stops storing and discards samples that are not yet stored, because another attempt repeats their requests. */
    close,
    /** Accepts a finished request. Its sample is built and stored later. */
    add: (exchange: Exchange) => {
      if (closed) return;
      tasks.add(async () => {
        const measured = await measure(exchange);
        if (!closed) keep(measured);
      });
    },
    /** Accepts a part of a response, before its request is finished. Resolves when the part was read. */
    addPart: async (part: ExchangePart): Promise<void> => {
      if (closed) return;
      const read = Promise.withResolvers<void>();
      tasks.add(() => readPart(part).finally(read.resolve));
      await read.promise;
    },
    /** Accepts the samples of requests that are never sent. */
    addUnsent: (samples: readonly Sample[]) => {
      if (!closed) for (const sample of samples) keep({ sample, timeline: null });
    },
    /** Resolves when all samples are stored. Rejects if storing failed. */
    drain: async () => {
      await tasks.whenDone();
      await blocks.flush();
      if (failure !== null) throw failure.error;
    },
  };
}

/** Stores samples in blocks: a full block at once, and a partial block `blockFlushMs` after its first sample. */
function createBlockWriter(
  deps: Pick<Deps, 'blocks' | 'clock' | 'config'>,
  { runId, stageIndex, batchIndex, attempt, blocks }: BatchRecord,
  lease: Lease,
  onFailure: (error: unknown) => void,
) {
  const packGaps = createGapPacker();
  let buffer: Measured[] = [];
  let bufferedEvents = 0;
  let sequence = 0;
  let writing: Promise<void> = Promise.resolve();
  let waiting: AbortController | null = null;
  let closed = false;

  const write = async (block: Measured[]) => {
    if (closed) return;
    const timelines = block.flatMap(({ timeline }) => timeline ?? []);
    const samples = block.map(({ sample }) => sample);
    const key = { runId, stageIndex, batchIndex, attempt, sequence };
    await deps.blocks.put(key, samples, timelines, packGaps(samples, timelines));
    sequence += 1;
    await lease.update({ blocks: { ...blocks, [String(attempt)]: sequence } });
  };
  const flush = (): Promise<void> => {
    waiting?.abort();
    waiting = null;
    if (buffer.length === 0) return writing;
    const block = buffer;
    buffer = [];
    bufferedEvents = 0;
    writing = writing.then(() => write(block)).catch(onFailure);
    return writing;
  };
  const flushLater = () => {
    const wait = new AbortController();
    waiting = wait;
    deps.clock
      .sleep(deps.config.blockFlushMs, wait.signal)
      .then(() => (wait.signal.aborted ? undefined : flush()), onFailure);
  };
  return {
    add: (measured: Measured) => {
      if (closed) return;
      buffer.push(measured);
      bufferedEvents += measured.timeline?.outputEventsMs.length ?? 0;
      if (buffer.length >= flushAtSamples || bufferedEvents >= flushAtEvents) flush();
      else if (waiting === null) flushLater();
    },
    /** Starts storing the buffered samples. Resolves when all samples so far are stored. */
    flush,
    /** Discards the buffered samples and all further ones. */
    close: () => {
      closed = true;
      waiting?.abort();
      buffer = [];
    },
  };
}

export function countSample(progress: BatchProgress, sample: Sample): void {
  const { warmup, outcome, disturbed, startMs, endMs } = sample;
  if (startMs !== null && endMs !== null) progress.busyMs += Math.max(0, endMs - startMs);
  progress.tally = addToTally(progress.tally ?? noTally, sample);
  if (warmup) progress.warmupDone += 1;
  else if (outcome === 'ok') progress.ok += 1;
  else if (outcome === 'canceled') progress.canceled += 1;
  else if (outcome === 'not_sent') progress.notSent += 1;
  // The stall may have caused the failure, so it says nothing about the target.
  else if (disturbed) progress.disturbed += 1;
  else progress.failed += 1;
}

export type SampleContext = {
  batchIndex: number;
  attempt: number;
  originWallMs: number;
  dialect: Dialect;
  /** Texts that must not appear in an error message, such as the target's API key. */
  secrets: string[];
  stallTimeoutMs: number;
  limits: AnswerLimits;
};

/**
 * Converts a finished request to a sample. Also returns the text of the answer, which is null if the answer is incomplete,
 * and all output.
 */
export function* measureSample(
  { batchIndex, attempt, originWallMs, dialect, ...options }: SampleContext,
  exchange: Exchange,
  prompt: Prompt,
  warmup: boolean,
  reading?: AnswerReading,
): Steps<Measured & { answer: string | null; outputText: string }> {
  const interpretation = yield* interpretInSteps(exchange, dialect, { ...options, reading });
  const { outputText, answerText, reasoningText: _, outputEventsMs, ...read } = interpretation;
  const { dueMs, firstStartMs, startMs, sentMs, headersMs, endMs, connection, httpStatus, disturbed } = exchange;
  const unsent = exchange.failure?.kind === 'max_concurrency';
  const outcome: Outcome = unsent ? 'not_sent' : read.outcome;
  const sample: Sample = {
    ...read,
    ...{
      batchIndex,
      attempt,
      originWallMs,
      dueMs,
      firstStartMs,
      startMs,
      sentMs,
      headersMs,
      endMs,
      connection,
      httpStatus,
    },
    disturbed,
    requestIndex: exchange.index,
    warmup,
    outcome,
    notSentReason: unsent ? 'max_concurrency' : null,
    requestedOutputTokens: prompt.maxOutputTokens,
    requestedInputTokens: prompt.requestedInputTokens ?? null,
    conversationIndex: prompt.conversationIndex ?? null,
    turn: prompt.turn ?? null,
    inputTokens: prompt.inputTokens,
    outputTokens: read.outputEvents === 0 ? null : yield* countTokensInSteps(outputText),
    expectedNumber: prompt.expectedNumber,
    // An incomplete answer is not checked against the task in the prompt.
    ...(read.outcome === 'ok' ? yield* checkAnswer(prompt, answerText) : uncheckedAnswer),
  };
  const timeline = outputEventsMs.length === 0 ? null : { requestIndex: exchange.index, outputEventsMs };
  return { sample, timeline, answer: outcome === 'ok' ? answerText : null, outputText };
}

const uncheckedAnswer = { checksum: null, answerNumber: null, checksumAnyOk: null, linesFromInput: null };
