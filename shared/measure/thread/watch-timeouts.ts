import type { ExchangeFailureKind, Timeouts } from '../instrument.ts';
import type { RequestTimers } from './request-timers.ts';
import type { ResponseRecord } from './response-record.ts';
import type { ThreadClock } from './thread-clock.ts';

export type TimeoutContext = {
  clock: Pick<ThreadClock, 'nowMs'>;
  timers: RequestTimers;
  record: ResponseRecord;
  timeouts: Timeouts;
  fail(kind: ExchangeFailureKind, message: string): void;
};

/** Fails a request that was sent at `startMs` if its response or its first output takes too long. */
export function watchTimeouts({ timers, record, timeouts, fail }: TimeoutContext, startMs: number): void {
  const { requestTimeoutMs, firstTokenTimeoutMs } = timeouts;
  timers.at(startMs + requestTimeoutMs, () =>
    fail('timeout_total', `The response was not complete after ${requestTimeoutMs} ms`),
  );
  if (firstTokenTimeoutMs === null) return;
  timers.at(startMs + firstTokenTimeoutMs, () => {
    if (!record.hasOutput()) fail('timeout_first_token', `No output after ${firstTokenTimeoutMs} ms`);
  });
}

/** Fails the request if it stalls. Checks again only when a stall is possible, so that reads never reset a timer. */
export function watchStall(context: TimeoutContext, atMs: number): void {
  const { clock, timers, record, fail } = context;
  const { stallTimeoutMs } = context.timeouts;
  timers.at(atMs, () => {
    const nowMs = clock.nowMs();
    const quietSinceMs = nowMs - (record.quietMs(nowMs) ?? 0);
    if (nowMs < quietSinceMs + stallTimeoutMs) watchStall(context, quietSinceMs + stallTimeoutMs);
    else if (record.hasOutput()) fail('stalled', `Silence for ${stallTimeoutMs} ms after output had begun`);
    else watchStall(context, nowMs + stallTimeoutMs);
  });
}
