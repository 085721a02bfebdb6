/** What the instrument is to do in one phase of a batch; each mode has its generator in `shared/measure/load`. */
export type PhaseLoad =
  /** `ramp`: when the first slot starts, after the phase's start, and how far apart they start; left out: close together. */
  | { mode: 'concurrency'; concurrency: number; ramp?: { firstMs: number; spreadMs: number } }
  | { mode: 'rounds'; concurrency: number; minPeriodMs: number }
  /** `dueMs[k]`: when the k-th request of the phase is due, after the phase's start. `whenFull` left out: `refuse`. */
  | { mode: 'rate'; maxConcurrency: number; whenFull?: 'refuse' | 'wait'; dueMs: Float64Array };
