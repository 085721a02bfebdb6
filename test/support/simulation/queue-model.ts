import { findOpenSpans } from '../../../shared/metrics/find-open-spans.ts';
import { findWindows } from '../../../shared/metrics/windows/find-windows.ts';
import { measureWindow } from '../../../shared/metrics/windows/measure-windows.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import { createSeededRandom, drawUnitGamma } from '../../../shared/workload/distributions/seeded-random.ts';
import { makeOk } from '../factories/sample-factory.ts';

/** A target with a number of servers, first come, first served, and gamma-distributed service times. */
export type QueueModel = { servers: number; serviceMs: number; serviceCv: number };

/** Computes the reported good requests per second of a simulated stage. */
export function computeThroughput(samples: readonly Sample[], load: Parameters<typeof findWindows>[1]): number | null {
  const spans = findOpenSpans(samples);
  const { full, steady, whyNoSteady } = findWindows(spans, load);
  const perMinute =
    measureWindow(spans, steady, whyNoSteady).completedRequestsPerMinute.value ??
    measureWindow(spans, full, null).completedRequestsPerMinute.value;
  return perMinute === null ? null : perMinute / 60;
}

/** Simulates a closed loop against the model. */
export function runClosedLoop(model: QueueModel, concurrency: number, requests: number, seed: number): Sample[] {
  const freeAtMs = new Array<number>(concurrency).fill(0);
  let sender = 0;
  return serve(model, requests, seed, (k, endsMs) => {
    // The stream of the previous request is free when that request ends. The first free stream sends this one.
    if (k > 0) freeAtMs[sender] = endsMs[k - 1] ?? 0;
    sender = freeAtMs.indexOf(Math.min(...freeAtMs));
    return freeAtMs[sender] ?? 0;
  });
}

/** Simulates an open loop against the model. */
export function runOpenLoop(model: QueueModel, dueMs: Float64Array, seed: number): Sample[] {
  return serve(model, dueMs.length, seed, (k) => dueMs[k] ?? 0);
}

function serve(
  { servers, serviceMs, serviceCv }: QueueModel,
  requests: number,
  seed: number,
  startOf: (k: number, endsMs: readonly number[]) => number,
): Sample[] {
  const random = createSeededRandom(seed, 'queue-model');
  const busyUntil = new Array<number>(servers).fill(0);
  const endsMs: number[] = [];
  return Array.from({ length: requests }, (_, k) => {
    const startMs = startOf(k, endsMs);
    const server = busyUntil.indexOf(Math.min(...busyUntil));
    const begunMs = Math.max(startMs, busyUntil[server] ?? 0);
    const endMs = begunMs + serviceMs * drawUnitGamma(1 / serviceCv ** 2, random);
    busyUntil[server] = endMs;
    endsMs.push(endMs);
    return makeOk({ startMs, ttftMs: begunMs - startMs + 1, e2eMs: endMs - startMs }, { requestIndex: k, endMs });
  });
}
