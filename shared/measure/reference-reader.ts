import type { Calibration, Exchange } from './instrument.ts';
import { readReference } from './reference-stream.ts';

/** Gathers what the reference stream of a phase shows. */
export function createReferenceReader(originMonotonicMs: number) {
  const stampErrorsMs: number[] = [];
  const startErrorsMs: number[] = [];
  return {
    add: (exchange: Exchange) => {
      const { stampsMs, startMs } = readReference(exchange, originMonotonicMs);
      stampErrorsMs.push(...stampsMs);
      if (startMs !== null) startErrorsMs.push(startMs);
    },
    /** Null where no event of a reference came. */
    calibration: (): Calibration | null =>
      stampErrorsMs.length === 0
        ? null
        : { stampErrorsMs: Float64Array.from(stampErrorsMs), startErrorsMs: Float64Array.from(startErrorsMs) },
  };
}
