/** Creates a function that computes a value on its first call, and returns this value on all calls. */
export function computeOnce<T>(compute: () => T): () => T {
  let computed: { value: T } | null = null;
  return () => {
    computed ??= { value: compute() };
    return computed.value;
  };
}
