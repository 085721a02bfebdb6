import { advanceRun } from '../../../functions/coordinator/advance-run.ts';
import { addSpareWorkers } from '../../../infra/spare-workers.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import type { BatchMessage, Message } from '../../../shared/records/messages.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { runSpecSchema } from '../../../shared/spec/run-spec.ts';
import { makeRun } from '../../contract/make-record.ts';
import { createSimulation } from '../../support/simulation/simulated-deps.ts';
import { target } from './stored-run.ts';

/** A run of the model: a closed loop of requests with equal durations. */
export type ModelRun = { tenantId: string; createdAtMs: number; streams: number; requests: number };

export type ModelResult = {
  /** Time in ms from the creation of the run to the start of its last worker. */
  waitedMs: number;
  /** Longest time in ms for which one of its workers waited for another. */
  heldMs: number;
};

export type Deployment = { maxWorkers: number; streamsPerWorker: number };

const requestMs = 5_000;
/** Time in ms after which a worker hands over. */
const shiftMs = 825_000;
const supervisorMs = 60_000;
const startWorkerMs = 1_400;
const queueMs = 50;
const runDurationMs = 86_400_000;

type Worker = { message: BatchMessage; readyAtMs: number };
type State = ReturnType<typeof openModel>;

/**
 * Models a deployment: the real coordinator, a fair queue of batches, and as many workers as the deployment has. A worker
 * waits for the others of its group, sends requests, and hands over near its time limit. Single requests are not modeled.
 */
export async function modelTenants(runs: readonly ModelRun[], deployment: Deployment): Promise<ModelResult[]> {
  const state = openModel(deployment);
  const records = runs.map((run) => schedule(state, run, deployment.streamsPerWorker));
  const supervise = async () => {
    for (const { runId } of await state.deps.runs.listActive()) await advance(state, runId);
    state.later(supervisorMs, supervise);
  };
  state.later(supervisorMs, supervise);
  while (state.results.size < runs.length) await state.runNext();
  return records.map(({ runId }) => state.results.get(runId) ?? { waitedMs: Number.NaN, heldMs: Number.NaN });
}

function openModel({ maxWorkers, streamsPerWorker }: Deployment) {
  const places = addSpareWorkers(maxWorkers);
  const { deps, pass } = createSimulation({ maxWorkersPerTenant: maxWorkers, maxTotalWorkers: places });
  const events: { atMs: number; act: () => Promise<void> }[] = [];
  const nowMs = () => deps.clock.monotonicMs();
  const state = {
    ...{ deps, places, streamsPerWorker, nowMs },
    runs: new Map<string, { record: RunRecord; createdAtMs: number; ready: Worker[] }>(),
    /** Time in ms that each batch still needs. */
    leftMs: new Map<string, number>(),
    waiting: [] as BatchMessage[],
    /** Tenants of the busy workers. */
    busy: [] as string[],
    results: new Map<string, ModelResult>(),
    later: (ms: number, act: () => Promise<void>) => void events.push({ atMs: nowMs() + ms, act }),
    runNext: async () => {
      const [first] = events.toSorted((a, b) => a.atMs - b.atMs);
      if (first === undefined) throw new Error('The model has no event');
      events.splice(events.indexOf(first), 1);
      await pass(Math.max(0, first.atMs - nowMs()));
      await first.act();
    },
  };
  deps.queue.send = async (message) => receive(state, message);
  return state;
}

function schedule(state: State, { tenantId, createdAtMs, streams, requests }: ModelRun, streamsPerWorker: number) {
  const load = { mode: 'concurrency', stages: [{ concurrency: streams, requests }], warmupRequests: 0 };
  const limits = { maxDurationMs: runDurationMs };
  const spec = runSpecSchema.parse({ seed: 7, targets: [target], load, limits });
  const at = { createdAtMs: state.deps.clock.nowMs() + createdAtMs };
  const record = makeRun({ tenantId, maxStreamsPerWorker: streamsPerWorker, spec, ...at });
  state.runs.set(record.runId, { record, createdAtMs, ready: [] });
  state.later(createdAtMs, async () => {
    await state.deps.runs.create(record);
    await advance(state, record.runId);
  });
  return record;
}

function advance({ deps }: State, runId: string): Promise<void> {
  return advanceRun(deps, { kind: 'advance', runId });
}

async function receive(state: State, message: Message): Promise<void> {
  if (message.kind === 'advance') state.later(queueMs, () => advance(state, message.runId));
  if (message.kind !== 'batch') return;
  state.waiting.push(message);
  state.later(queueMs, async () => startWorkers(state));
}

/** Starts workers. A fair queue gives the next worker to the tenant with the fewest. */
function startWorkers(state: State): void {
  const { waiting, busy, places } = state;
  const count = (message: BatchMessage) =>
    busy.filter((tenantId) => tenantId === findRun(state, message).tenantId).length;
  while (busy.length < places && waiting.length > 0) {
    const next = waiting.reduce((first, other) => (count(other) < count(first) ? other : first));
    waiting.splice(waiting.indexOf(next), 1);
    busy.push(findRun(state, next).tenantId);
    state.later(startWorkerMs, () => meet(state, next));
  }
}

function findRun(state: State, { runId }: BatchMessage) {
  const found = state.runs.get(runId);
  if (found === undefined) throw new Error('The run is not part of the model');
  return { ...found, tenantId: found.record.tenantId };
}

/** Waits until all workers of the group are ready. A worker that takes over a batch starts at once. */
async function meet(state: State, message: BatchMessage): Promise<void> {
  await state.deps.batches.update(message, {}, { status: 'running', leaseExpiresAtMs: null });
  if (message.attempt > 1) return work(state, message);
  const { record, createdAtMs, ready } = findRun(state, message);
  const batches = planRun(record.spec, record)[message.stageIndex]?.batches ?? [];
  const rounds = Math.ceil((batches[message.batchIndex]?.count ?? 0) / state.streamsPerWorker);
  state.leftMs.set(nameBatch(message), rounds * requestMs);
  const nowMs = state.nowMs();
  ready.push({ message, readyAtMs: nowMs });
  if (ready.length < batches.length) return;
  const heldMs = nowMs - Math.min(...ready.map(({ readyAtMs }) => readyAtMs));
  state.results.set(message.runId, { waitedMs: nowMs - createdAtMs, heldMs });
  for (const worker of ready) work(state, worker.message);
}

function work(state: State, message: BatchMessage): void {
  const left = state.leftMs.get(nameBatch(message)) ?? 0;
  const loadMs = Math.min(shiftMs, left);
  state.leftMs.set(nameBatch(message), left - loadMs);
  state.later(loadMs, () => endShift(state, message, left === loadMs));
}

async function endShift(state: State, message: BatchMessage, isDone: boolean): Promise<void> {
  const { deps, busy } = state;
  busy.splice(busy.indexOf(findRun(state, message).tenantId), 1);
  const attempt = message.attempt + 1;
  const released = isDone ? ({ status: 'done' } as const) : ({ status: 'queued', attempt } as const);
  await deps.batches.update(message, {}, { ...released, queuedAtMs: deps.clock.nowMs() });
  await deps.queue.send(isDone ? { kind: 'advance', runId: message.runId } : { ...message, attempt });
  startWorkers(state);
}

const nameBatch = ({ runId, batchIndex }: BatchMessage) => `${runId}#${batchIndex}`;
