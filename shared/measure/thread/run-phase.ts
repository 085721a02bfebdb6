import type { Load } from '../load/load.ts';
import { startCalibration } from './calibrate.ts';
import { gatherNews } from './gather-news.ts';
import type { News, PhaseOrder, ThreadNote } from './messages.ts';
import { createPhaseRequests } from './phase-requests.ts';
import type { RequestDeps } from './request-deps.ts';
import { startLoad, waitForStart } from './start-load.ts';
import { scheduleLastStart } from './thread-clock.ts';
import { watchHealth } from './watch-health.ts';
import { watchStalls } from './watch-stalls.ts';

export type PhaseReport = {
  onNews(news: News): void;
  /** Called last, after all events of the phase were reported. */
  onDone(note: ThreadNote): void;
};

export type RunningPhase = ReturnType<typeof runPhase>;

/** Dependencies of a phase. `reference`: the dependencies of reference requests; null if no reference server runs. */
export type PhaseDeps = RequestDeps & { reference: RequestDeps | null };

/** Runs one phase on the measuring thread: opens connections, then starts the load at the agreed time. */
export function runPhase(deps: PhaseDeps, order: PhaseOrder, report: PhaseReport) {
  const { clock } = deps;
  const requests = createPhaseRequests(deps, {
    onExchange: (exchange) => news.addExchange(exchange),
    onPart: (part) => news.addPart(part),
    onTaken: (isUrgent) => news.addTaken(isUrgent),
    isRefusalDisturbed: (dueMs, oldestMs) => stalls.isRefusalDisturbed(dueMs, oldestMs),
  });
  const stalls = watchStalls(clock);
  const news = gatherNews(requests.totals, stalls.mark, report.onNews);
  const prefill = Promise.withResolvers<void>();
  const ending = new AbortController();
  let load: Load | null = null;

  const stop = () => {
    ending.abort();
    load?.stop();
  };
  const begin = async () => {
    await waitForStart(deps, order, prefill.promise, ending.signal);
    const calibration = deps.reference === null ? null : startCalibration(deps.reference, news.addReference);
    const endHealth = watchHealth();
    const startMs = clock.nowMs();
    const startLateMs = order.startAtMs === null ? null : Math.max(0, Date.now() - order.startAtMs);
    const callOff = scheduleLastStart(clock, order.lastStartAtMs, stop);
    const onDone = () => {
      callOff();
      const endMs = clock.nowMs();
      const health = endHealth();
      // Waits for the next event-loop turn, so that the events of this turn are reported first.
      setImmediate(async () => {
        await calibration?.stop();
        news.flush();
        report.onDone({ startMs, startLateMs, endMs, ...health, stalls: stalls.end(startMs) });
      });
    };
    load = startLoad({ ...clock, ...requests, onDone }, order.load, startMs);
    if (ending.signal.aborted) load.stop();
  };
  begin().catch((error: unknown) => {
    // Only a bug can cause this error. Throws it outside the promise, so that the thread exits with the error.
    setImmediate(() => {
      throw error;
    });
  });
  return {
    push: requests.waiting.push,
    setHeaders: requests.waiting.setHeaders,
    addRead: requests.addRead,
    prefilled: prefill.resolve,
    end: () => {
      prefill.resolve();
      requests.waiting.end();
    },
    stop,
    abort: () => {
      stop();
      requests.abortAll();
    },
  };
}
