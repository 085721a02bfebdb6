import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import type { Sample, Timeline } from '../domain/sample.ts';
import { mergeMoments } from '../stats/moments.ts';
import { mergeSketches, parseSketch, serialiseSketch } from '../stats/quantile-sketch.ts';
import { addGaps, type GapSketch, newGapSketch } from './chunk-gaps.ts';

/** The sketch of a block's gaps as it is stored: JSON, compressed; a KB or so. */
const storedSchema = z.object({
  // Checked by `parseSketch`: there may be thousands of blocks, and once is enough.
  sketch: z.unknown(),
  moments: z.object({ n: z.number().int().min(0), mean: z.number(), squares: z.number() }),
});

/** The gaps of a block's good measured requests, for a finalizer that has too many to read each of them. */
export function packBlockGaps(samples: readonly Sample[], timelines: readonly Timeline[]): Uint8Array {
  const good = new Set(samples.flatMap((sample) => (hasGaps(sample) ? [sample.index] : [])));
  const own = newGapSketch();
  addGaps(own, gapsOf(timelines.filter(({ index }) => good.has(index))));
  return new Uint8Array(zstdCompressSync(JSON.stringify({ ...own, sketch: serialiseSketch(own.sketch) })));
}

/** Adds what `packBlockGaps` has made of a block. */
export function addBlockGaps(into: GapSketch, packed: Uint8Array): void {
  const { sketch, moments } = storedSchema.parse(JSON.parse(zstdDecompressSync(packed).toString()));
  into.sketch = mergeSketches(into.sketch, parseSketch(sketch));
  into.moments = mergeMoments(into.moments, moments);
}

/** Gaps count where the request is measured, and good. */
export function hasGaps({ warmup, outcome }: Pick<Sample, 'warmup' | 'outcome'>): boolean {
  return !warmup && outcome === 'ok';
}

/** The gaps of the timelines, one after another, each between instants to the microsecond, as they are stored. */
export function gapsOf(timelines: readonly Timeline[]): Float64Array {
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
