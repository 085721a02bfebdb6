import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { drainMarginMs } from '../../shared/runs/pace-workers.ts';
import { drawStandardNormal, type Random } from '../../shared/workload/distributions/seeded-random.ts';
import { createEventQueue, type EventQueue } from './event-queue.ts';
import { computeInvocationLimit, computeNextGrowthMs } from './poller.ts';
import type { Attempt, Scenario, Simulated } from './scenario.ts';
import { drawMs, type Latencies } from './scenario.ts';

type Event =
  | { kind: 'sent'; batchIndex: number }
  | { kind: 'grown' }
  | { kind: 'ready'; attempt: Attempt }
  | { kind: 'waited' }
  | { kind: 'ended'; attempt: Attempt };

type Stage = {
  scenario: Scenario;
  random: Random;
  events: EventQueue<Event>;
  /** Batches with a message in the queue. */
  waiting: number[];
  attempts: Attempt[];
  /** Ready set. */
  meeting: Attempt[];
  leftMs: number[];
  attemptsOf: number[];
  firstSentAtMs: number | null;
  agreed: { atMs: number; isComplete: boolean } | null;
  running: number;
  mostRunning: number;
  /** Idle execution environments, whose next invocation has no cold start. */
  warm: number;
};

/** Minimum time between a worker's start and its handover, so that each attempt makes progress. */
const leastShiftMs = 60_000;

/**
 * Simulates one stage by discrete events. The coordinator sends the batches, and the poller starts workers up to its limit.
 * Each worker claims its batch, opens its session, waits for the agreed start, runs its load, and hands over the rest before
 * its time limit. Single requests are not simulated.
 * @throws RangeError if the time limit of a worker leaves no time to measure
 */
export function simulateStage(scenario: Scenario, random: Random): Simulated {
  if (shiftMs(scenario) < leastShiftMs)
    throw new RangeError(
      `workerTimeLimitMs must leave at least ${leastShiftMs} ms before the handover. ${scenario.workerTimeLimitMs} leaves ${shiftMs(scenario)}.`,
    );
  const stage = openStage(scenario, random);
  for (let entry = stage.events.next(); entry !== null; entry = stage.events.next())
    handle(stage, entry.atMs, entry.event);
  const { attempts, agreed, mostRunning } = stage;
  if (agreed === null) throw new Error('The stage did not start.');
  return { attempts, agreedAtMs: agreed.atMs, isComplete: agreed.isComplete, mostRunning };
}

/** Computes the time from a worker's start to its handover. */
function shiftMs({ workerTimeLimitMs, requestTimeoutMs }: Scenario): number {
  return workerTimeLimitMs - requestTimeoutMs - drainMarginMs;
}

function openStage(scenario: Scenario, random: Random): Stage {
  const { workers, loadMs } = scenario;
  const stage: Stage = {
    scenario,
    random,
    events: createEventQueue(),
    waiting: [],
    attempts: [],
    meeting: [],
    leftMs: Array.from({ length: workers }, () => loadMs),
    attemptsOf: Array.from({ length: workers }, () => 0),
    firstSentAtMs: null,
    agreed: null,
    running: 0,
    mostRunning: 0,
    warm: 0,
  };
  let sentAtMs = 0;
  for (let batchIndex = 0; batchIndex < workers; batchIndex++) {
    // The coordinator writes and sends the batches one by one.
    sentAtMs += draw(stage, 'table') + draw(stage, 'queue');
    stage.events.add(sentAtMs, { kind: 'sent', batchIndex });
  }
  return stage;
}

function handle(stage: Stage, atMs: number, event: Event): void {
  if (event.kind === 'sent') takeMessage(stage, atMs, event.batchIndex);
  else if (event.kind === 'ready') meet(stage, atMs, event.attempt);
  else if (event.kind === 'ended') endAttempt(stage, atMs, event.attempt);
  else if (event.kind === 'grown') grow(stage, atMs);
  else if (stage.agreed === null) agree(stage, atMs, false);
}

function takeMessage(stage: Stage, atMs: number, batchIndex: number): void {
  stage.waiting.push(batchIndex);
  if (stage.firstSentAtMs === null) {
    stage.firstSentAtMs = atMs;
    scheduleGrowth(stage, atMs);
  }
  dispatch(stage, atMs);
}

function grow(stage: Stage, atMs: number): void {
  dispatch(stage, atMs);
  scheduleGrowth(stage, atMs);
}

function scheduleGrowth({ scenario, events, firstSentAtMs }: Stage, atMs: number): void {
  const sinceMs = firstSentAtMs ?? atMs;
  const afterMs = computeNextGrowthMs(scenario.poller, atMs - sinceMs);
  if (afterMs !== null) events.add(sinceMs + afterMs, { kind: 'grown' });
}

function dispatch(stage: Stage, atMs: number): void {
  const { waiting, scenario, random } = stage;
  const limit = computeInvocationLimit(scenario.poller, atMs - (stage.firstSentAtMs ?? atMs));
  while (waiting.length > 0 && stage.running < limit) {
    // A standard queue has no order.
    const [batchIndex] = waiting.splice(uniformInt(random, 0, waiting.length - 1), 1);
    if (batchIndex !== undefined) invoke(stage, atMs, batchIndex);
  }
}

function invoke(stage: Stage, atMs: number, batchIndex: number): void {
  const attempt = (stage.attemptsOf[batchIndex] ?? 0) + 1;
  stage.attemptsOf[batchIndex] = attempt;
  stage.running += 1;
  stage.mostRunning = Math.max(stage.mostRunning, stage.running);
  const coldMs = stage.warm > 0 ? 0 : draw(stage, 'coldStart');
  stage.warm = Math.max(0, stage.warm - 1);
  const invokedAtMs = atMs + draw(stage, 'dispatch') + coldMs;
  const readyAtMs = invokedAtMs + untilReadyMs(stage);
  const [loadFromMs, loadToMs, endedAtMs] = [readyAtMs, readyAtMs, readyAtMs];
  const made: Attempt = { batchIndex, attempt, invokedAtMs, readyAtMs, loadFromMs, loadToMs, endedAtMs };
  stage.attempts.push(made);
  stage.events.add(readyAtMs, { kind: 'ready', attempt: made });
}

/** Calls to read the run, claim the batch, count and adopt blocks, open the credential (two), and join the ready set. */
const callsToReady = 7;

function untilReadyMs(stage: Stage): number {
  let sumMs = draw(stage, 'session');
  for (let call = 0; call < callsToReady; call++) sumMs += draw(stage, 'table');
  return sumMs;
}

function meet(stage: Stage, atMs: number, attempt: Attempt): void {
  const { agreed, meeting, scenario, events } = stage;
  if (agreed !== null) {
    runLoad(stage, attempt, Math.max(atMs, agreed.atMs));
    return;
  }
  meeting.push(attempt);
  if (meeting.length === 1) events.add(atMs + scenario.readyTimeoutMs, { kind: 'waited' });
  if (meeting.length === scenario.workers) agree(stage, atMs, true);
}

/** Sets the start time when the last worker is ready or the first reaches its maximum wait. Others read it at their next poll. */
function agree(stage: Stage, atMs: number, isComplete: boolean): void {
  const { meeting, scenario, random } = stage;
  const startAtMs = atMs + scenario.pace.leadMs;
  const writtenAtMs = atMs + draw(stage, 'table');
  const writer = isComplete ? meeting.at(-1) : meeting[0];
  stage.agreed = { atMs: startAtMs, isComplete };
  for (const attempt of meeting) {
    const learntAtMs = attempt === writer ? writtenAtMs : firstPollAfter(stage, attempt.readyAtMs, writtenAtMs);
    const clockMs = scenario.latencies.clockErrorMs * drawStandardNormal(random);
    runLoad(stage, attempt, Math.max(startAtMs + clockMs, learntAtMs));
  }
}

function firstPollAfter(stage: Stage, readyAtMs: number, writtenAtMs: number): number {
  const periodMs = stage.scenario.pace.pollMs + stage.scenario.latencies.table.medianMs;
  const polls = Math.max(1, Math.ceil((writtenAtMs - readyAtMs) / periodMs));
  return readyAtMs + polls * periodMs + draw(stage, 'table');
}

function runLoad(stage: Stage, attempt: Attempt, atMs: number): void {
  const { scenario, leftMs, events } = stage;
  const left = leftMs[attempt.batchIndex] ?? 0;
  attempt.loadFromMs = atMs + draw(stage, 'timer');
  const handoverAtMs = Math.max(attempt.loadFromMs, attempt.invokedAtMs + shiftMs(scenario));
  attempt.loadToMs = Math.min(attempt.loadFromMs + left, handoverAtMs);
  leftMs[attempt.batchIndex] = left - (attempt.loadToMs - attempt.loadFromMs);
  attempt.endedAtMs = attempt.loadToMs + scenario.requestMs + draw(stage, 'table');
  events.add(attempt.endedAtMs, { kind: 'ended', attempt });
}

/** Rounding error of a sum of times. */
const nothingMs = 1e-6;

function endAttempt(stage: Stage, atMs: number, { batchIndex }: Attempt): void {
  stage.running -= 1;
  stage.warm += 1;
  if ((stage.leftMs[batchIndex] ?? 0) > nothingMs)
    stage.events.add(atMs + draw(stage, 'queue'), { kind: 'sent', batchIndex });
  dispatch(stage, atMs);
}

type Drawn = Exclude<keyof Latencies, 'clockErrorMs'>;

function draw({ scenario, random }: Stage, what: Drawn): number {
  return drawMs(scenario.latencies[what], random);
}
