import type { Workload } from '../../../shared/workload/workload.ts';

type SonnetWorkload = Extract<Workload, { kind: 'sonnet' }>;

export const sonnetVariants = [
  { cache: 'cold', checksum: true },
  { cache: 'cold', checksum: false },
  { cache: 'warm', checksum: true },
  { cache: 'warm', checksum: false },
] as const satisfies Partial<SonnetWorkload>[];

/** Creates the workload of the blog with changes. */
export function sonnetWorkload(changes: Partial<SonnetWorkload> = {}): SonnetWorkload {
  return {
    kind: 'sonnet',
    inputTokens: { distribution: 'normal', mean: 550, stddev: 150 },
    outputTokens: { distribution: 'normal', mean: 150, stddev: 20 },
    checksum: true,
    cache: 'cold',
    ...changes,
  };
}
