import { describe, expect, test } from 'vitest';
import { feedRequests } from '../../../shared/measure/feed-requests.ts';
import type { PreparedRequest, SourceRequest } from '../../../shared/measure/instrument.ts';

/** A clock that advances only on request. */
function manualClock() {
  let nowMs = 0;
  const tasks = new Set<{ everyMs: number; task: () => void }>();
  return {
    nowMs: () => nowMs,
    every: (everyMs: number, task: () => void) => {
      const entry = { everyMs, task };
      tasks.add(entry);
      return () => tasks.delete(entry);
    },
    running: () => tasks.size,
    async pass(ms: number) {
      for (const endMs = nowMs + ms; nowMs < endMs; ) {
        nowMs += 1_000;
        for (const { everyMs, task } of tasks) if (nowMs % everyMs === 0) task();
        await new Promise(setImmediate);
      }
    },
  };
}

function feed(count: number, concurrency: number) {
  const clock = manualClock();
  const pushed: PreparedRequest[] = [];
  const renewed: { index: number; atMs: number; headers: Record<string, string> }[] = [];
  async function* requests(): AsyncGenerator<SourceRequest> {
    for (let index = 0; index < count; index++)
      yield { index, body: new Uint8Array(1), sign: async () => ({ authorization: `${index}@${clock.nowMs()}` }) };
  }
  const feeder = feedRequests(
    { load: { mode: 'concurrency', concurrency }, count, requests: requests(), startAtMs: null, lastStartAtMs: null },
    {
      push: (request) => pushed.push(request),
      setHeaders: (index, headers) => renewed.push({ index, atMs: clock.nowMs(), headers }),
      prefilled: () => {},
      end: () => {},
    },
    clock,
  );
  return { clock, pushed, renewed, feeder };
}

describe('requests that need a signature', () => {
  test('are signed when they are handed over', async () => {
    const { clock, pushed, feeder } = feed(30, 1);
    await expect.poll(() => pushed.length).toBe(10);
    expect(pushed[9]?.headers).toEqual({ authorization: '9@0' });
    await clock.pass(1_000);
    feeder.onTaken({ taken: 5, takenBytes: 5 });
    await expect.poll(() => pushed.length).toBe(15);
    expect(pushed[14]?.headers).toEqual({ authorization: '14@1000' });
    feeder.stop();
  });

  test('never wait with a signature older than two and a half minutes', async () => {
    const { clock, pushed, renewed, feeder } = feed(4, 1);
    await expect.poll(() => pushed.length).toBe(4);
    const newest = new Map<number, number>();
    for (let minute = 0; minute < 20; minute++) {
      await clock.pass(30_000);
      for (const { index } of pushed) newest.set(index, 0);
      for (const { index, headers } of renewed) newest.set(index, Number(headers['authorization']?.split('@')[1]));
      for (const [, signedAtMs] of newest) expect(clock.nowMs() - signedAtMs).toBeLessThanOrEqual(150_000);
    }
    expect(renewed.length).toBeGreaterThan(4);
    feeder.stop();
  });

  test('are not signed again after they are taken or the phase ends', async () => {
    const { clock, pushed, renewed, feeder } = feed(4, 1);
    await expect.poll(() => pushed.length).toBe(4);
    feeder.onTaken({ taken: 3, takenBytes: 3 });
    await clock.pass(140_000);
    expect(new Set(renewed.map(({ index }) => index))).toEqual(new Set([3]));
    const told = renewed.length;
    feeder.stop();
    await clock.pass(300_000);
    expect(renewed).toHaveLength(told);
    expect(clock.running()).toBe(0);
  });
});

test('requests without a signature start no timer', async () => {
  const clock = manualClock();
  async function* requests(): AsyncGenerator<SourceRequest> {
    yield { index: 0, body: new Uint8Array(1) };
  }
  const feeder = feedRequests(
    {
      load: { mode: 'concurrency', concurrency: 1 },
      count: 1,
      requests: requests(),
      startAtMs: null,
      lastStartAtMs: null,
    },
    {
      push: (request) => expect(request).not.toHaveProperty('headers'),
      setHeaders: () => {},
      prefilled: () => {},
      end: () => {},
    },
    clock,
  );
  await feeder.done;
  expect(clock.running()).toBe(0);
});
