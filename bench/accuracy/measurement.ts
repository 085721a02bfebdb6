/** What a subject says of one request. Instants in ms on the machine's monotonic clock; a stamp for each chunk. */
export type Told = { index: number; startMs: number; stampsMs: Float64Array };

/** What a subject says of a row, and what it cost. */
export type Measurement = {
  told: Told[];
  /** Reads of all responses: chunks that the kernel joined are one read. */
  reads: number;
  /** CPU of the thread that measures and of its whole process, microseconds, over the same stretch. */
  threadCpuUs: number;
  processCpuUs: number;
  /** How long that stretch was, ms. */
  wallMs: number;
  /** Of the machine's CPU time over that stretch, what was in use, by whomever; null where the system does not tell. */
  machineCpuUse: number | null;
  /** Highest resident set that was seen, bytes. */
  maxRssBytes: number;
  /** The instrument's own account of its error, ms; null where it gave none. */
  selfErrorP50Ms: number | null;
  selfErrorP99Ms: number | null;
};

export const subjectNames = ['instrument', 'floor'] as const;
/** `uncalibrated`: the instrument without its reference stream. */
export type SubjectName = (typeof subjectNames)[number] | 'uncalibrated';
