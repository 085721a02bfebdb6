/** The thread's own time: ms with microsecond digits since the session's origin. */
export type ThreadClock = {
  nowMs(): number;
  /** Runs the task at the instant or soon after, never before; returns what calls it off. */
  schedule(atMs: number, task: () => void): () => void;
};

export function createThreadClock(originMs: number): ThreadClock {
  const nowMs = () => performance.now() - originMs;
  return {
    nowMs,
    schedule: (atMs, task) => {
      let timer: NodeJS.Timeout | null = null;
      let immediate: NodeJS.Immediate | null = null;
      const arm = () => {
        const waitMs = atMs - nowMs();
        if (waitMs <= 0) immediate = setImmediate(task);
        else timer = setTimeout(fire, Math.ceil(waitMs));
      };
      // A timer counts from the start of the loop's turn, not from now: after a long turn it fires early.
      const fire = () => (nowMs() < atMs ? arm() : task());
      arm();
      return () => {
        if (timer !== null) clearTimeout(timer);
        if (immediate !== null) clearImmediate(immediate);
      };
    },
  };
}
