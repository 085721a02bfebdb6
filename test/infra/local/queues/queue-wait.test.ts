import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { waitByLooking } from '../../../../infra/local/queues/queue-wait.ts';

/** Queues of this process: `put` is a request that brings a message, `fill` is time that does. */
function openQueues() {
  const full = new Set<string>();
  let tell = () => {};
  const wait = waitByLooking({
    hasMessage: (queueName) => full.has(queueName),
    onRequest: (listener) => {
      tell = listener;
    },
  });
  const waitFor = (queueName: string, signal = new AbortController().signal) => {
    const waiter = { isAwake: false };
    const address = { url: '', arn: `arn:aws:sqs:us-east-1:000000000000:${queueName}` };
    wait
      .ofQueue(address)
      .untilMessage(signal)
      .then(() => {
        waiter.isAwake = true;
      });
    return waiter;
  };
  const fill = (queueName: string) => full.add(queueName);
  const put = (queueName: string) => {
    fill(queueName);
    tell();
  };
  return { waitFor, fill, put };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const turn = () => vi.advanceTimersByTimeAsync(0);

describe('a pump that looks into queues of its own process', () => {
  test('wakes with the request that brings a message, without any time passing', async () => {
    const { waitFor, put } = openQueues();
    const [waiter, other] = [waitFor('batch'), waitFor('deliver')];
    await turn();
    expect(waiter.isAwake).toBe(false);
    put('batch');
    await turn();
    expect([waiter.isAwake, other.isAwake]).toEqual([true, false]);
  });

  test('does not wait where a message is there already', async () => {
    const { waitFor, fill } = openQueues();
    fill('batch');
    const waiter = waitFor('batch');
    await turn();
    expect(waiter.isAwake).toBe(true);
  });

  test('wakes within a quarter of a second for a message that only time brings back', async () => {
    const { waitFor, fill } = openQueues();
    const waiter = waitFor('batch');
    fill('batch');
    await vi.advanceTimersByTimeAsync(249);
    expect(waiter.isAwake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(waiter.isAwake).toBe(true);
  });

  test('looks no more once nobody waits, and wakes a pump that is to stop', async () => {
    const { waitFor } = openQueues();
    const stopping = new AbortController();
    const waiter = waitFor('batch', stopping.signal);
    await turn();
    expect(vi.getTimerCount()).toBe(1);
    stopping.abort();
    await turn();
    expect([waiter.isAwake, vi.getTimerCount()]).toEqual([true, 0]);
  });
});
