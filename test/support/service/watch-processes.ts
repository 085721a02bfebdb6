import { listProcessTree, readResidentMb } from './process-facts.ts';

const intervalMs = 200;

export type ProcessWatch = {
  /** Returns the largest memory in megabytes that one process had so far. */
  largestMb(): number;
  /** Returns the longest time in ms that the URL took to respond so far. */
  slowestMs(): number;
  stop(): Promise<void>;
};

/** Watches the memory of a process and its children, and the response time of a URL. */
export function watchProcesses(pid: number, healthUrl: string): ProcessWatch {
  let largestMb = 0;
  let slowestMs = 0;
  const stopping = new AbortController();
  const memory = setInterval(() => {
    for (const each of listProcessTree(pid)) largestMb = Math.max(largestMb, readResidentMb(each));
  }, intervalMs);
  const probe = async () => {
    while (!stopping.signal.aborted) {
      const startMs = performance.now();
      await fetch(healthUrl).then((response) => response.arrayBuffer());
      slowestMs = Math.max(slowestMs, performance.now() - startMs);
      await new Promise((resolve) => setTimeout(resolve, intervalMs));
    }
  };
  const probing = probe().catch(() => {
    slowestMs = Number.POSITIVE_INFINITY;
  });
  return {
    largestMb: () => largestMb,
    slowestMs: () => slowestMs,
    stop: async () => {
      clearInterval(memory);
      stopping.abort();
      await probing;
    },
  };
}
