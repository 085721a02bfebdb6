/** Runs an action on each item in order, `width` at a time. Rejects at the first failure. */
export async function forEachConcurrently<T>(
  items: Iterable<T>,
  width: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  // All workers take from one queue, which a failure empties.
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
