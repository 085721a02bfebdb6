import type { LoadContext, LoadOptions } from './load.ts';

/** Frees the slots of a closed loop one after another; returns what calls off those that are still to come. */
export function startSlots(
  context: Pick<LoadContext, 'schedule'>,
  slots: number,
  { startMs, spreadMs }: LoadOptions,
  onFree: () => void,
): () => void {
  const callOffs = Array.from({ length: slots }, (_, slot) => context.schedule(startMs + slot * spreadMs, onFree));
  return () => {
    for (const callOff of callOffs) callOff();
  };
}
