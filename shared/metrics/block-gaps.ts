import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import type { Sample, Timeline } from '../sample/sample.ts';
import { parseSketch, serializeSketch } from '../stats/quantile-sketch.ts';
import { addGaps, createGapSketch, type GapSketch } from './chunk-gaps.ts';

/** A sketch of the gaps between output events, stored with each block of samples as compressed JSON of about 1 KB. */
const storedSchema = z.object({
  /** Number of blocks that the sketch covers: its own block and all earlier blocks. */
  blocks: z.number().int().min(1).default(1),
  // Not validated here, because `parseSketch` validates the sketch.
  sketch: z.unknown(),
  moments: z.object({ n: z.number().int().min(0), mean: z.number(), squares: z.number() }),
});

export type GapPacker = (samples: readonly Sample[], timelines: readonly Timeline[]) => Uint8Array;

/**
 * Creates a packer for one attempt at a batch. For each block, it returns a sketch of the gaps of successful measured
 * requests in all blocks so far. If there are too many gaps to keep, the finalizer reads only the last sketch.
 */
export function createGapPacker(): GapPacker {
  const whole = createGapSketch();
  let blocks = 0;
  return (samples, timelines) => {
    const good = new Set(samples.flatMap((sample) => (hasGaps(sample) ? [sample.requestIndex] : [])));
    addGaps(whole, listGaps(timelines.filter(({ requestIndex: index }) => good.has(index))));
    blocks += 1;
    const stored = { blocks, sketch: serializeSketch(whole.sketch), moments: whole.moments };
    return new Uint8Array(zstdCompressSync(JSON.stringify(stored)));
  };
}

/** Unpacks a `GapPacker`'s result: the gaps, and the number of blocks that they cover. */
export function unpackGaps(packed: Uint8Array): { blocks: number; gaps: GapSketch } {
  const { blocks, sketch, moments } = storedSchema.parse(JSON.parse(zstdDecompressSync(packed).toString()));
  return { blocks, gaps: { sketch: parseSketch(sketch), moments } };
}

/** Returns whether reports include a request's gaps: those of successful measured requests that were not disturbed. */
export function hasGaps({ warmup, outcome, disturbed }: Pick<Sample, 'warmup' | 'outcome' | 'disturbed'>): boolean {
  return !warmup && outcome === 'ok' && !disturbed;
}

/** Lists the gaps in ms between the output events of each timeline. Rounds times to the microsecond, as stored. */
export function listGaps(timelines: readonly Timeline[]): Float64Array {
  const total = timelines.reduce((sum, { outputEventsMs }) => sum + Math.max(0, outputEventsMs.length - 1), 0);
  const gapsMs = new Float64Array(total);
  let length = 0;
  for (const { outputEventsMs } of timelines) {
    let before = Math.round((outputEventsMs[0] ?? 0) * 1_000);
    for (let k = 1; k < outputEventsMs.length; k++) {
      const us = Math.round((outputEventsMs[k] ?? 0) * 1_000);
      gapsMs[length++] = (us - before) / 1_000;
      before = us;
    }
  }
  return gapsMs;
}
