/** Does something with each of the items, in their order, `width` at a time; rejects as soon as one does. */
export async function eachOf<T>(items: Iterable<T>, width: number, act: (item: T) => Promise<void>): Promise<void> {
  // All take from one iterator; one that fails leaves none for the others.
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
