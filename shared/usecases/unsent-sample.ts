import type { NotSentReason } from '../domain/outcome.ts';
import type { Sample } from '../domain/sample.ts';

/** The sample of a request that no worker sent. */
export function unsentSample(index: number, warmup: boolean, batch: number, notSentReason: NotSentReason): Sample {
  return {
    index,
    warmup,
    batch,
    attempt: 0,
    outcome: 'not_sent',
    notSentReason,
    originWallMs: null,
    dueMs: null,
    startMs: null,
    sentMs: null,
    headersMs: null,
    firstReadMs: null,
    firstOutputMs: null,
    firstAnswerMs: null,
    lastOutputMs: null,
    endMs: null,
    connection: null,
    httpStatus: null,
    retryAfterMs: null,
    error: null,
    finishReason: null,
    requestedOutputTokens: null,
    requestedInputTokens: null,
    conversation: null,
    turn: null,
    inputTokens: null,
    outputTokens: null,
    usage: null,
    checksum: null,
    expectedNumber: null,
    answerNumber: null,
    checksumAnyOk: null,
    linesFromInput: null,
    outputEvents: 0,
    reads: 0,
    bytes: 0,
  };
}
