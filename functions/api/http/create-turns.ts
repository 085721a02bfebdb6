import { AppError } from '../../../shared/errors/app-error.ts';

/**
 * Creates a function that runs at most `max` actions at the same time, and actions with the same name in turn.
 * @param maxWaiting maximum number of waiting actions. Further ones fail with AppError UNAVAILABLE
 */
export function createTurns(max: number, { maxWaiting = Number.POSITIVE_INFINITY } = {}) {
  const running = new Set<string>();
  const waiting: { name: string; start(): void }[] = [];
  const startNext = () => {
    const next = running.size < max ? waiting.findIndex(({ name }) => !running.has(name)) : -1;
    if (next >= 0) waiting.splice(next, 1)[0]?.start();
  };
  return async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    if (running.size >= max && waiting.length >= maxWaiting)
      throw new AppError('UNAVAILABLE', `${waiting.length} requests wait already`, { retryAfterSeconds: 5 });
    await new Promise<void>((resolve) => {
      const start = () => {
        running.add(name);
        resolve();
      };
      waiting.push({ name, start });
      startNext();
    });
    try {
      return await act();
    } finally {
      running.delete(name);
      startNext();
    }
  };
}
