import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { waitByInspection } from '../../../../infra/local/queues/queue-wait.ts';

/** Queues in this process: `put` adds a message by a request, `fill` adds one without a request. */
function openQueues() {
  const full = new Set<string>();
  let tell = () => {};
  const wait = waitByInspection({
    hasMessage: (queueName) => full.has(queueName),
    onRequest: (listener) => {
      tell = listener;
    },
  });
  const waitFor = (queueName: string, signal = new AbortController().signal) => {
    const waiter = { isAwake: false };
    const address = { url: '', arn: `arn:aws:sqs:us-east-1:000000000000:${queueName}` };
    wait
      .forQueue(address)
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

describe('waiting by inspection of queues in the same process', () => {
  test('ends immediately with the request that adds a message', async () => {
    const { waitFor, put } = openQueues();
    const [waiter, other] = [waitFor('batch'), waitFor('deliver')];
    await turn();
    expect(waiter.isAwake).toBe(false);
    put('batch');
    await turn();
    expect([waiter.isAwake, other.isAwake]).toEqual([true, false]);
  });

  test('does not wait if there is already a message', async () => {
    const { waitFor, fill } = openQueues();
    fill('batch');
    const waiter = waitFor('batch');
    await turn();
    expect(waiter.isAwake).toBe(true);
  });

  test('ends within 250 ms for a message that reappears after a delay', async () => {
    const { waitFor, fill } = openQueues();
    const waiter = waitFor('batch');
    fill('batch');
    await vi.advanceTimersByTimeAsync(249);
    expect(waiter.isAwake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(waiter.isAwake).toBe(true);
  });

  test('stops inspecting when no pump waits, and ends for a pump that is stopping', async () => {
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
