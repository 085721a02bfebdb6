import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import type { Sample, Timeline } from '../sample/sample.ts';
import { parseSketch, serializeSketch } from '../stats/quantile-sketch.ts';
import { addGaps, createGapSketch, type GapSketch } from './chunk-gaps.ts';

/** The sketch as it is stored with a block: JSON, compressed; a KB or so. */
const storedSchema = z.object({
  /** So many blocks it tells of: a block and those before it. */
  blocks: z.number().int().min(1).default(1),
  // Checked by `parseSketch`.
  sketch: z.unknown(),
  moments: z.object({ n: z.number().int().min(0), mean: z.number(), squares: z.number() }),
});

export type GapPacker = (samples: readonly Sample[], timelines: readonly Timeline[]) => Uint8Array;

/**
 * For a finalizer that has too many gaps to read each of them: packs, block by block of one attempt at a batch, the gaps of
 * its good measured requests up to and with this block. So the last block tells of all, however many there are.
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

/** What a `GapPacker` has packed, and how many blocks that tells of. */
export function unpackGaps(packed: Uint8Array): { blocks: number; gaps: GapSketch } {
  const { blocks, sketch, moments } = storedSchema.parse(JSON.parse(zstdDecompressSync(packed).toString()));
  return { blocks, gaps: { sketch: parseSketch(sketch), moments } };
}

/** Gaps count where the request is measured, and good. */
export function hasGaps({ warmup, outcome }: Pick<Sample, 'warmup' | 'outcome'>): boolean {
  return !warmup && outcome === 'ok';
}

/** The gaps of the timelines, one after another, each between instants to the microsecond, as they are stored. */
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
