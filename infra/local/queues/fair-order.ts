/**
 * Divides the free places of a pump among the tenants. A message of a tenant that has its share of the running ones is
 * held. When a place is free, the tenant with the fewest running messages comes first, then the longest-held message.
 * @param maxPerTenant maximum running messages of one tenant
 */
export function createFairOrder<T>(readTenant: (message: T) => string, maxPerTenant: number) {
  const running = new Map<string, number>();
  let held: T[] = [];
  const countRunning = (message: T) => running.get(readTenant(message)) ?? 0;
  return {
    hold: (messages: readonly T[]): void => {
      held.push(...messages);
    },
    /** Returns the next message that may run, or null. The caller calls `end` when it has run. */
    take: (): T | null => {
      let next: T | null = null;
      for (const message of held) {
        const count = countRunning(message);
        if (count < maxPerTenant && (next === null || count < countRunning(next))) next = message;
      }
      if (next === null) return null;
      held = held.filter((message) => message !== next);
      running.set(readTenant(next), countRunning(next) + 1);
      return next;
    },
    end: (message: T): void => {
      const count = countRunning(message) - 1;
      if (count > 0) running.set(readTenant(message), count);
      else running.delete(readTenant(message));
    },
    listHeld: (): readonly T[] => held,
    /** Removes and returns all held messages. */
    clear: (): T[] => held.splice(0),
  };
}
