import type { Sample } from '../../../sample/sample.ts';

/** The measured samples of one stage. */
export type ChartedStage = { stageIndex: number; targetId: string; measured: readonly Sample[] };

/** Milliseconds to three decimals: the grain of the instants that they come from. */
export function roundToMicroseconds(valueMs: number): number {
  return Math.round(valueMs * 1_000) / 1_000;
}
