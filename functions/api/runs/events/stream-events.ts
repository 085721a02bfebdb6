import { isTerminal, type RunRecord } from '../../../../shared/records/records.ts';
import type { ApiDeps } from '../../compose.ts';
import type { Call } from '../../http/define-endpoint.ts';
import { getRun } from '../get-run.ts';
import { admitReader, bufferedPaceMs } from './admit-reader.ts';
import { formatPosition, hasSeenEnd, listEvents, type Position, parsePosition, type RunEvent } from './list-events.ts';
import { observeRun } from './observe-run.ts';

/** Time in ms after which a comment shows that a silent connection is alive. Proxies often close idle ones after 60 s. */
const keepAliveMs = 15_000;
/** Time in ms after which a stream ends, so that the reader authenticates again. */
const streamMs = 600_000;
const streamRetryMs = 1_000;
/** Time in ms for which a buffered answer waits for the first new event. The HTTP API of AWS ends a request after 30 s. */
const bufferedMs = 20_000;

/**
 * Answers with the events of a run as a stream (text/event-stream). Lambda sends an answer only when it is complete, so
 * there the answer ends with the first new events, and the reader reconnects after `retry` ms.
 */
export async function streamRunEvents(call: Call & { runId: string }): Promise<Response> {
  const { c, deps, tenantId, runId } = call;
  const run = await getRun(call, runId);
  const seen = parsePosition(c.req.header('last-event-id'));
  // EventSource reconnects after each end of a stream, except after status 204.
  if (hasSeenEnd(seen) && isTerminal(run.status)) return c.body(null, 204);
  const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' };
  if (c.req.method === 'HEAD') return c.body(null, 200, headers);
  const isBuffered = deps.config.isOnLambda;
  const leave = await admitReader(deps, tenantId, isBuffered);
  const gone = new AbortController();
  return c.body(toStream(writeEvents(deps, run, { seen, isBuffered, gone: gone.signal }), gone, leave), 200, headers);
}

/**
 * Creates a stream that takes the next text only when its reader has room. So a slow reader skips progress, and nothing
 * is buffered for it.
 */
function toStream(
  texts: AsyncGenerator<string>,
  gone: AbortController,
  leave: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    pull: async (controller) => {
      const next = await texts.next().catch(() => null);
      if (next !== null && !next.done) return controller.enqueue(new TextEncoder().encode(next.value));
      leave();
      if (!gone.signal.aborted) controller.close();
    },
    cancel: () => {
      gone.abort();
      leave();
    },
  });
}

type Reader = { seen: Position | null; isBuffered: boolean; gone: AbortSignal };

async function* writeEvents(
  deps: ApiDeps,
  run: RunRecord,
  { seen: from, isBuffered, gone }: Reader,
): AsyncGenerator<string> {
  const { clock, config, logger } = deps;
  const retryMs = isBuffered ? bufferedPaceMs : streamRetryMs;
  const untilMs = clock.monotonicMs() + (isBuffered ? Math.min(bufferedMs, config.maxWaitSeconds * 1_000) : streamMs);
  let seen = from;
  let wroteAtMs = clock.monotonicMs();
  yield `retry: ${retryMs}\n\n`;
  while (!gone.aborted) {
    const snapshot = await observeRun(deps, run).catch((error: unknown) => {
      logger.warn('events of a run not read', { runId: run.runId, error });
      return null;
    });
    // The run was deleted, or the database does not respond. The reader gets the error when it reconnects.
    if (snapshot === null) return;
    const events = listEvents(seen, snapshot);
    for (const event of events) {
      yield formatEvent(event);
      seen = event.position;
    }
    if (hasSeenEnd(seen)) return;
    const nowMs = clock.monotonicMs();
    if (nowMs >= untilMs || (isBuffered && events.length > 0)) {
      yield `: reconnect after ${retryMs} ms\n\n`;
      return;
    }
    if (events.length > 0) wroteAtMs = nowMs;
    if (nowMs - wroteAtMs >= keepAliveMs) {
      wroteAtMs = nowMs;
      yield ': alive\n\n';
    }
    await clock.sleep(Math.min(config.heartbeatMs, untilMs - nowMs), gone);
  }
}

function formatEvent({ name, position, data }: RunEvent): string {
  return `id: ${formatPosition(position)}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
