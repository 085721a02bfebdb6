import { z } from 'zod';

/** Load of one row of the table. */
export const rowSchema = z.object({
  streams: z.number().int().min(1),
  tokensPerSecond: z.number().positive().describe('Rate of each stream'),
  tokensPerChunk: z.number().int().min(1),
  seconds: z.number().int().min(1).describe('Requests of each stream; each takes about one second'),
});
export type Row = z.infer<typeof rowSchema>;

/** Time from the receipt of a request to its first token. */
const firstTokenMs = 50;

/** Body of a request to the reference server. */
export const askSchema = z.object({
  index: z.number().int().min(0),
  chunks: z.number().int().min(1),
  tokensPerChunk: z.number().int().min(1),
  firstTokenMs: z.number().min(0),
  gapMs: z.number().positive(),
});
export type Ask = z.infer<typeof askSchema>;

export function countRequests(row: Row): number {
  return row.streams * row.seconds;
}

export function countTokensPerRequest(row: Row): number {
  return countChunks(row) * row.tokensPerChunk;
}

export function buildAsk(row: Row, index: number): Ask {
  const { tokensPerChunk, tokensPerSecond } = row;
  return {
    index,
    chunks: countChunks(row),
    tokensPerChunk,
    firstTokenMs,
    gapMs: (1_000 * tokensPerChunk) / tokensPerSecond,
  };
}

/** Counts the chunks of about one second, at least two, so that there is a gap. */
function countChunks({ tokensPerSecond, tokensPerChunk }: Row): number {
  return Math.max(2, Math.round(tokensPerSecond / tokensPerChunk));
}

/** A subject's record of one request, with a timestamp for each chunk. Times are ms on the machine's monotonic clock. */
export type Told = { index: number; startMs: number; stampsMs: Float64Array };

/** A subject's records of a row, and its resource use. */
export type Measurement = {
  told: Told[];
  /** Socket reads of all responses. The kernel may join chunks into one read. */
  reads: number;
  /** CPU time of the measuring thread and of its process during the run, in microseconds. */
  threadCpuUs: number;
  processCpuUs: number;
  wallMs: number;
  /** Share of the machine's CPU time in use during the run; null if the system does not report it. */
  machineCpuUse: number | null;
  maxRssBytes: number;
  /** Measurement error that the instrument reports, in ms; null if it reports none. */
  selfErrorP50Ms: number | null;
  selfErrorP99Ms: number | null;
};

export const subjectNames = ['instrument', 'floor'] as const;
/** `uncalibrated` is the instrument without its reference stream. */
export type SubjectName = (typeof subjectNames)[number] | 'uncalibrated';
