/** Calls `act` for each item in order, with up to `width` calls at the same time. Rejects with the first error. */
export async function forEachConcurrently<T>(
  items: Iterable<T>,
  width: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  // All calls take their items from the same list. An error empties this list, so that no further call starts.
  const queue = [...items];
  const work = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item);
  };
  const stopAll = (error: unknown) => {
    queue.length = 0;
    throw error;
  };
  await Promise.all(Array.from({ length: width }, () => work().catch(stopAll)));
}
