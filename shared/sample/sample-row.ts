import type { LlmperfRecord } from './imported.ts';
import { notSentReasons, outcomes } from './outcome.ts';
import type { Sample } from './sample.ts';
import { checksumWords, type SampleColumns } from './sample-columns.ts';

/** One sample of the columns. It reads them when asked: to keep or send a sample by itself, take `toSample` of it. */
export class SampleRow implements Sample {
  private readonly all: SampleColumns;
  private readonly row: number;

  constructor(all: SampleColumns, row: number) {
    this.all = all;
    this.row = row;
  }

  get requestIndex(): number {
    return numberAt(this.all.columns.requestIndex, this.row);
  }
  get warmup(): boolean {
    return numberAt(this.all.columns.warmup, this.row) === 1;
  }
  get batchIndex(): number {
    return numberAt(this.all.columns.batchIndex, this.row);
  }
  get attempt(): number {
    return numberAt(this.all.columns.attempt, this.row);
  }
  get outcome(): Sample['outcome'] {
    const outcome = entryAt(outcomes, this.all.columns.outcome, this.row);
    if (outcome === null) throw new RangeError(`row ${this.row} has no outcome`);
    return outcome;
  }
  get notSentReason(): Sample['notSentReason'] {
    return entryAt(notSentReasons, this.all.columns.notSentReason, this.row);
  }
  get originWallMs(): number | null {
    return valueAt(this.all.columns.originWallMs, this.row);
  }
  get dueMs(): number | null {
    return valueAt(this.all.columns.dueMs, this.row);
  }
  get startMs(): number | null {
    return valueAt(this.all.columns.startMs, this.row);
  }
  get sentMs(): number | null {
    return valueAt(this.all.columns.sentMs, this.row);
  }
  get headersMs(): number | null {
    return valueAt(this.all.columns.headersMs, this.row);
  }
  get firstReadMs(): number | null {
    return valueAt(this.all.columns.firstReadMs, this.row);
  }
  get firstOutputMs(): number | null {
    return valueAt(this.all.columns.firstOutputMs, this.row);
  }
  get firstAnswerMs(): number | null {
    return valueAt(this.all.columns.firstAnswerMs, this.row);
  }
  get lastOutputMs(): number | null {
    return valueAt(this.all.columns.lastOutputMs, this.row);
  }
  get endMs(): number | null {
    return valueAt(this.all.columns.endMs, this.row);
  }
  get connection(): Sample['connection'] {
    const { reused, dnsMs, connectMs, tlsMs } = this.all.columns;
    const { row } = this;
    const isReused = flagAt(reused, row);
    if (isReused === null) return null;
    return {
      reused: isReused,
      dnsMs: valueAt(dnsMs, row),
      connectMs: valueAt(connectMs, row),
      tlsMs: valueAt(tlsMs, row),
    };
  }
  get httpStatus(): number | null {
    return valueAt(this.all.columns.httpStatus, this.row);
  }
  get retryAfterMs(): number | null {
    return valueAt(this.all.columns.retryAfterMs, this.row);
  }
  get error(): Sample['error'] {
    const { errorCode, errorMessage } = this.all.columns;
    const message = this.textAt(errorMessage);
    return message === null ? null : { code: this.textAt(errorCode), message };
  }
  get finishReason(): string | null {
    return this.textAt(this.all.columns.finishReason);
  }
  get requestedOutputTokens(): number | null {
    return valueAt(this.all.columns.requestedOutputTokens, this.row);
  }
  get requestedInputTokens(): number | null {
    return valueAt(this.all.columns.requestedInputTokens, this.row);
  }
  get conversationIndex(): number | null {
    return valueAt(this.all.columns.conversationIndex, this.row);
  }
  get turn(): number | null {
    return valueAt(this.all.columns.turn, this.row);
  }
  get inputTokens(): number | null {
    return valueAt(this.all.columns.inputTokens, this.row);
  }
  get outputTokens(): number | null {
    return valueAt(this.all.columns.outputTokens, this.row);
  }
  get usage(): Sample['usage'] {
    const { row } = this;
    const { hasUsage, usageInputTokens, usageOutputTokens, usageCachedTokens, usageReasoningTokens } = this.all.columns;
    if (numberAt(hasUsage, row) !== 1) return null;
    return {
      inputTokens: valueAt(usageInputTokens, row),
      outputTokens: valueAt(usageOutputTokens, row),
      cachedTokens: valueAt(usageCachedTokens, row),
      reasoningTokens: valueAt(usageReasoningTokens, row),
    };
  }
  get checksum(): Sample['checksum'] {
    return entryAt(checksumWords, this.all.columns.checksum, this.row);
  }
  get expectedNumber(): number | null {
    return valueAt(this.all.columns.expectedNumber, this.row);
  }
  get answerNumber(): number | null {
    return valueAt(this.all.columns.answerNumber, this.row);
  }
  get checksumAnyOk(): boolean | null {
    return flagAt(this.all.columns.checksumAnyOk, this.row);
  }
  get linesFromInput(): number | null {
    return valueAt(this.all.columns.linesFromInput, this.row);
  }
  get outputEvents(): number {
    return numberAt(this.all.columns.outputEvents, this.row);
  }
  get reads(): number {
    return numberAt(this.all.columns.reads, this.row);
  }
  get bytes(): number {
    return numberAt(this.all.columns.bytes, this.row);
  }
  get recorded(): LlmperfRecord | undefined {
    return entryAt(this.all.records, this.all.columns.recorded, this.row) ?? undefined;
  }

  private textAt(column: Float64Array | null): string | null {
    return entryAt(this.all.texts, column, this.row);
  }
}

/** NaN where it is null. */
function numberAt(column: Float64Array | null, row: number): number {
  return column?.[row] ?? Number.NaN;
}

function valueAt(column: Float64Array | null, row: number): number | null {
  const value = numberAt(column, row);
  return Number.isNaN(value) ? null : value;
}

function flagAt(column: Float64Array | null, row: number): boolean | null {
  const value = numberAt(column, row);
  return Number.isNaN(value) ? null : value === 1;
}

/** What the column points to in the list. */
function entryAt<T>(list: readonly T[], column: Float64Array | null, row: number): T | null {
  const place = numberAt(column, row);
  return Number.isNaN(place) ? null : (list[place] ?? null);
}

/** All samples of the columns, each by itself. */
export function samplesOf(all: SampleColumns): Sample[] {
  return Array.from({ length: all.length }, (_, row) => toSample(new SampleRow(all, row)));
}

/** The sample by itself. */
export function toSample(row: Sample): Sample {
  const { recorded } = row;
  return {
    requestIndex: row.requestIndex,
    warmup: row.warmup,
    batchIndex: row.batchIndex,
    attempt: row.attempt,
    outcome: row.outcome,
    notSentReason: row.notSentReason,
    originWallMs: row.originWallMs,
    dueMs: row.dueMs,
    startMs: row.startMs,
    sentMs: row.sentMs,
    headersMs: row.headersMs,
    firstReadMs: row.firstReadMs,
    firstOutputMs: row.firstOutputMs,
    firstAnswerMs: row.firstAnswerMs,
    lastOutputMs: row.lastOutputMs,
    endMs: row.endMs,
    connection: row.connection,
    httpStatus: row.httpStatus,
    retryAfterMs: row.retryAfterMs,
    error: row.error,
    finishReason: row.finishReason,
    requestedOutputTokens: row.requestedOutputTokens,
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
    outputEvents: row.outputEvents,
    reads: row.reads,
    bytes: row.bytes,
    usage: row.usage,
    checksum: row.checksum,
    expectedNumber: row.expectedNumber,
    answerNumber: row.answerNumber,
    checksumAnyOk: row.checksumAnyOk,
    linesFromInput: row.linesFromInput,
    requestedInputTokens: row.requestedInputTokens,
    conversationIndex: row.conversationIndex,
    turn: row.turn,
    ...(recorded === undefined ? {} : { recorded }),
  };
}
