import { hashFunctionName, type Lineage, mostInvocations } from './lineage.ts';
import { type Fate, type FunctionSource, type InvocationEnd, type Sandbox, startSandbox } from './sandbox.ts';

/** Outcome of an invocation, or a recursive loop that Lambda ended. */
export type FunctionEnd = InvocationEnd | { kind: 'dropped' };

export type LambdaFunction = {
  /**
   * Runs an invocation in an idle execution environment, or in a new one if all are busy. Never throws: a failed init is a
   * crash. Drops the invocation if its chain is too long and the function may not recur.
   */
  invoke(event: unknown, lineage?: Lineage): Promise<FunctionEnd>;
  /** Number of invocations by outcome, and number of started environments. */
  counts: Record<FunctionEnd['kind'] | 'started', number>;
  /** Highest number of invocations of this function in one chain. */
  longestChain(): number;
  /** Returns the most memory in MB that a living environment had at a time. */
  readPeakMemoryMb(): number;
  /** Output of the last failed invocation. */
  lastFault(): string;
  close(): Promise<void>;
};

/** Creates a function with execution environments that stay warm until their process ends. */
export function createLambdaFunction(source: FunctionSource, drawFate: () => Fate = () => ({})): LambdaFunction {
  const idle: Sandbox[] = [];
  const busy = new Set<Promise<InvocationEnd>>();
  const living = new Set<Sandbox>();
  const counts = { answer: 0, error: 0, timeout: 0, crash: 0, dropped: 0, started: 0 };
  const hash = hashFunctionName(source.name);
  let lastFault = '';
  let longestChain = 0;

  const take = async (): Promise<Sandbox> => {
    for (let sandbox = idle.pop(); sandbox !== undefined; sandbox = idle.pop()) if (sandbox.isAlive()) return sandbox;
    counts.started += 1;
    const sandbox = await startSandbox(source);
    living.add(sandbox);
    return sandbox;
  };
  const run = async (event: unknown, lineage: Lineage): Promise<InvocationEnd> => {
    try {
      const sandbox = await take();
      const end = await sandbox.invoke(event, drawFate(), lineage);
      if (sandbox.isAlive()) idle.push(sandbox);
      else living.delete(sandbox);
      return end;
    } catch (error) {
      return { kind: 'crash', body: String(error) };
    }
  };
  return {
    counts,
    readPeakMemoryMb: () =>
      Math.max(0, ...[...living].filter((one) => one.isAlive()).map((one) => one.readPeakMemoryMb())),
    lastFault: () => lastFault,
    longestChain: () => longestChain,
    invoke: async (event, before = new Map()) => {
      const chain = (before.get(hash) ?? 0) + 1;
      if (chain > mostInvocations && source.recursiveLoop === 'Terminate') {
        counts.dropped += 1;
        return { kind: 'dropped' };
      }
      longestChain = Math.max(longestChain, chain);
      const running = run(event, new Map([...before, [hash, chain]]));
      busy.add(running);
      const end = await running.finally(() => busy.delete(running));
      counts[end.kind] += 1;
      if (end.kind === 'error' || end.kind === 'crash') lastFault = end.body;
      return end;
    },
    close: async () => {
      await Promise.all([...living].map((sandbox) => sandbox.kill()));
      await Promise.all(busy);
    },
  };
}
