import { composeStores } from '../../../functions/api/compose-stores.ts';
import { mapKinds, nameQueues } from '../../../infra/message-kinds.ts';
import type { ItemTable } from '../../../shared/adapters/dynamodb/item-table.ts';
import { createIds } from '../../../shared/adapters/ulid-ids.ts';
import { type Config, loadConfig } from '../../../shared/config.ts';
import type { Clock, Deps } from '../../../shared/ports.ts';
import type { Message } from '../../../shared/records/messages.ts';
import { createMemoryObjects } from './memory-objects.ts';
import { createMemoryTable } from './memory-table.ts';
import { createRecordingLogger, type LogLine } from './recording-logger.ts';
import { createSimulatedClock, type SimulatedClock } from './simulated-clock.ts';

/** Wall time at the start of the simulation, when the monotonic clock is 0. */
export const originMs = Date.UTC(2026, 0, 31);

export type Simulation = {
  deps: Deps;
  /** Sent messages in order. */
  sent: { message: Message; delayMs: number }[];
  lines: LogLine[];
  /** Advances the simulated time. Each sleep that ends in between ends at its own time, and its caller continues. */
  pass(ms: number): Promise<void>;
};

/** Creates the dependencies of use cases with simulated time and stores in memory. Access outside the process throws. */
export function createSimulation(change: Partial<Config> = {}, table: ItemTable = createMemoryTable()): Simulation {
  const simulated = createSimulatedClock();
  const clock = createWallClock(simulated);
  const sent: Simulation['sent'] = [];
  const logger = createRecordingLogger();
  const outside = (): never => {
    throw new Error('The simulation has no access outside the process.');
  };
  return {
    deps: {
      ...composeStores(table, clock),
      clock,
      ids: createIds(),
      queue: { send: async (message, { delayMs = 0 } = {}) => void sent.push({ message, delayMs }), check: outside },
      objects: createMemoryObjects(),
      secrets: { seal: outside, open: outside },
      http: { post: outside },
      instrument: { openSession: outside },
      roles: { open: outside },
      logger,
      telemetry: { record: () => {} },
      config: { ...loadSimulatedConfig(), ...change },
    },
    sent,
    lines: logger.lines,
    pass: (ms) => passTime(simulated, ms),
  };
}

function createWallClock(simulated: SimulatedClock): Clock {
  return {
    nowMs: () => originMs + simulated.nowMs(),
    monotonicMs: () => simulated.nowMs(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const end = () => {
          cancel();
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const cancel = simulated.schedule(simulated.nowMs() + ms, end);
        signal?.addEventListener('abort', end);
      }),
  };
}

function loadSimulatedConfig(): Config {
  const addresses = nameQueues(mapKinds(() => 'https://queue.example.com'));
  return {
    ...loadConfig({ TABLE_NAME: 'simulated', MASTER_KEY_FILE: '/nowhere', ...addresses }),
    ...{ heartbeatMs: 1_000, leaseMs: 10_000, resendAfterMs: 60_000, readyTimeoutMs: 30_000, blockFlushMs: 2_000 },
    maxBatchFailures: 2,
  };
}

async function passTime(simulated: SimulatedClock, ms: number): Promise<void> {
  const untilMs = simulated.nowMs() + ms;
  await settle();
  for (;;) {
    const nextAtMs = simulated.nextAtMs();
    if (nextAtMs === null || nextAtMs > untilMs) break;
    simulated.run(nextAtMs);
    await settle();
  }
  simulated.run(untilMs);
}

/** Resolves when no work continues without time passing. Stores in memory answer within turns of the event loop. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
