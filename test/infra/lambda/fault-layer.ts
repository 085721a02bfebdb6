import { setTimeout as delay } from 'node:timers/promises';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { FunctionName } from '../../../infra/aws/stack/function-settings.ts';
import { type Fate as CallFate, startFaultyProxy } from '../../support/servers/faulty-proxy.ts';
import type { Interpose } from './cloud-servers.ts';
import type { Fate } from './sandbox.ts';

/** Maximum share of calls, messages, or invocations that each fault affects. Each seed draws its own share. */
const most = {
  throttled: 0.08,
  failed: 0.04,
  answerLost: 0.05,
  slow: 0.05,
  duplicated: 0.15,
  delayed: 0.1,
  deletionLost: 0.1,
  killed: 0.15,
  timedOut: 0.06,
};
type FaultKind = keyof typeof most;
export type FaultCounts = Record<FaultKind, number>;

const slowMs = 400;
const delaySeconds = 2;
/** A batch takes a second or two, everything else tens of milliseconds. */
const killWithinMs = { worker: 1_500, other: 80 };
const timeoutWithinMs = { worker: 1_500, other: 40 };

export type FaultLayer = {
  /** Starts faults with this seed. `calm` ends them. */
  start(seed: number): void;
  calm(): void;
  /** Number of faults since `start`. */
  counts(): FaultCounts;
  interpose: Interpose;
  drawFate(name: FunctionName): Fate;
  losesDeletion(): boolean;
};

/** Watches calls to the table: the request body on arrival, and the answer before it is returned. */
export type Witness = {
  called(operation: string, body: string): void;
  answered(operation: string, body: string): void;
};

/** Creates the layer that adds faults between functions and embedded servers, and to the functions' processes. */
export function createFaultLayer(witness: Witness): FaultLayer {
  let random = xoroshiro128plus(0);
  let rates: Record<FaultKind, number> | null = null;
  let counts = noFaults();

  const strikes = (kind: FaultKind): boolean => {
    if (rates === null || uniformFloat64(random) >= rates[kind]) return false;
    counts[kind] += 1;
    return true;
  };
  const drawCallFate = async (server: 'dynamodb' | 'sqs'): Promise<CallFate> => {
    if (strikes('slow')) await delay(uniformInt(random, 1, slowMs));
    if (strikes('throttled')) return { httpStatus: 400, answer: { __type: throttles[server], message: 'Too many' } };
    if (strikes('failed')) return { httpStatus: 500, answer: { __type: 'InternalServerError', message: 'Failed' } };
    return strikes('answerLost') ? 'lose-answer' : 'pass';
  };
  const decideTable = async (operation: string, body: string): Promise<CallFate> => {
    const fate = await drawCallFate('dynamodb');
    if (typeof fate === 'object') return fate;
    // From here on, the call may take effect.
    witness.called(operation, body);
    if (fate === 'lose-answer') return fate;
    return (answer) => {
      if (!answer.includes('__type')) witness.answered(operation, body);
      return answer;
    };
  };
  const decideQueue = async (operation: string, body: string): Promise<CallFate> => {
    const fate = await drawCallFate('sqs');
    if (operation !== 'SendMessage' || fate !== 'pass') return fate;
    if (strikes('duplicated')) return { bodies: [body, body] };
    if (!strikes('delayed')) return fate;
    return { bodies: [JSON.stringify({ ...JSON.parse(body), DelaySeconds: uniformInt(random, 1, delaySeconds) })] };
  };
  return {
    start: (seed) => {
      random = xoroshiro128plus(seed);
      counts = noFaults();
      rates = mapFaults((kind) => most[kind] * uniformFloat64(random));
    },
    calm: () => {
      rates = null;
    },
    counts: () => ({ ...counts }),
    interpose: (server, endpoint) => startFaultyProxy(endpoint, server === 'dynamodb' ? decideTable : decideQueue),
    drawFate: (name) => {
      const of = name === 'worker' ? 'worker' : 'other';
      if (strikes('killed')) return { killAfterMs: uniformInt(random, 0, killWithinMs[of]) };
      return strikes('timedOut') ? { timeoutMs: uniformInt(random, 1, timeoutWithinMs[of]) } : {};
    },
    losesDeletion: () => strikes('deletionLost'),
  };
}

const throttles = {
  dynamodb: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
  sqs: 'com.amazonaws.sqs#RequestThrottled',
};

function mapFaults(of: (kind: FaultKind) => number): Record<FaultKind, number> {
  return {
    throttled: of('throttled'),
    failed: of('failed'),
    answerLost: of('answerLost'),
    slow: of('slow'),
    duplicated: of('duplicated'),
    delayed: of('delayed'),
    deletionLost: of('deletionLost'),
    killed: of('killed'),
    timedOut: of('timedOut'),
  };
}

export const noFaults = (): FaultCounts => mapFaults(() => 0);
