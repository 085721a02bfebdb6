/** Runs tasks one after another, one per turn of the event loop, so that heartbeats never wait for all of them. */
export function createTaskQueue(onFailure: (error: unknown) => void) {
  const waiting: (() => Promise<void>)[] = [];
  let working: Promise<void> | null = null;
  const work = async () => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      try {
        await task();
      } catch (error) {
        onFailure(error);
      }
      await new Promise(setImmediate);
    }
    working = null;
  };
  return {
    add: (task: () => Promise<void>) => {
      waiting.push(task);
      working ??= work();
    },
    /** Discards the tasks that have not started. */
    clear: () => {
      waiting.length = 0;
    },
    whenDone: async () => {
      while (working !== null) await working;
    },
  };
}
