import { type Fate, type FunctionSource, type InvocationEnd, type Sandbox, startSandbox } from './sandbox.ts';

export type LambdaFunction = {
  /**
   * Runs an invocation in an idle execution environment, or in a new one where all are busy. Every way to end is a value: an init that
   * fails is a crash.
   */
  invoke(event: unknown): Promise<InvocationEnd>;
  /** How often each kind of end was met, and how many environments were started. */
  counts: Record<InvocationEnd['kind'] | 'started', number>;
  /** What the last invocation that did not end well said. */
  lastFault(): string;
  close(): Promise<void>;
};

/** A function with its execution environments. They stay warm; one whose process has ended is not used again. */
export function createLambdaFunction(source: FunctionSource, drawFate: () => Fate = () => ({})): LambdaFunction {
  const idle: Sandbox[] = [];
  const busy = new Set<Promise<InvocationEnd>>();
  const living = new Set<Sandbox>();
  const counts = { answer: 0, error: 0, timeout: 0, crash: 0, started: 0 };
  let lastFault = '';

  const take = async (): Promise<Sandbox> => {
    for (let sandbox = idle.pop(); sandbox !== undefined; sandbox = idle.pop()) if (sandbox.isAlive()) return sandbox;
    counts.started += 1;
    const sandbox = await startSandbox(source);
    living.add(sandbox);
    return sandbox;
  };
  const run = async (event: unknown): Promise<InvocationEnd> => {
    try {
      const sandbox = await take();
      const end = await sandbox.invoke(event, drawFate());
      if (sandbox.isAlive()) idle.push(sandbox);
      else living.delete(sandbox);
      return end;
    } catch (error) {
      return { kind: 'crash', body: String(error) };
    }
  };
  return {
    counts,
    lastFault: () => lastFault,
    invoke: async (event) => {
      const running = run(event);
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
