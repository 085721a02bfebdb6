/** Number of places that a tenant has, and number of places that are free. */
export type FairLoad = { running: number; free: number };

/** How the tenants share the places of a pump, or of other work. */
export type FairShares<T> = {
  readTenant(message: T): string;
  /** Returns whether a message of a tenant may start. */
  mayStart(load: FairLoad, message: T): boolean;
  /** Maximum held messages of one tenant. Default: no maximum. */
  maxHeldPerTenant?: number;
};

/**
 * Divides free places among the tenants. A message of a tenant that has its share of the running ones is
 * held, up to a limit. When a place is free, the tenant with the fewest running messages comes first, then the longest-held message.
 * @param places maximum running messages of all tenants
 */
export function createFairOrder<T>(places: number, shares: FairShares<T>) {
  const { readTenant, mayStart, maxHeldPerTenant = Number.POSITIVE_INFINITY } = shares;
  const running = new Map<string, number>();
  let taken = 0;
  let held: T[] = [];
  const countRunning = (message: T) => running.get(readTenant(message)) ?? 0;
  return {
    /** Holds messages. Returns those that exceed the limit of their tenant. */
    hold: (messages: readonly T[]): T[] =>
      messages.filter((message) => {
        const tenant = readTenant(message);
        const isFull = held.filter((other) => readTenant(other) === tenant).length >= maxHeldPerTenant;
        if (!isFull) held.push(message);
        return isFull;
      }),
    /** Returns the next message that may run, or null. The caller calls `end` when it has run. */
    take: (): T | null => {
      let next: T | null = null;
      for (const message of held) {
        const count = countRunning(message);
        if (next !== null && count >= countRunning(next)) continue;
        if (mayStart({ running: count, free: places - taken }, message)) next = message;
      }
      if (next === null) return null;
      held = held.filter((message) => message !== next);
      running.set(readTenant(next), countRunning(next) + 1);
      taken += 1;
      return next;
    },
    end: (message: T): void => {
      taken -= 1;
      const count = countRunning(message) - 1;
      if (count > 0) running.set(readTenant(message), count);
      else running.delete(readTenant(message));
    },
    listHeld: (): readonly T[] => held,
    /** Removes and returns all held messages. */
    clear: (): T[] => held.splice(0),
  };
}

/**
 * Returns whether a tenant may take another of the places that all tenants share. It may have at most `part` of the
 * number of free places. So a tenant alone never takes all of them, more tenants get less each, and a place stays free
 * for a tenant that has none.
 * @param running number of places that the tenant has
 * @param part number of places of a tenant for each free place, such as 1/3
 */
export function mayTakePlace({ running, free }: FairLoad, part: number): boolean {
  return running < free * part;
}
