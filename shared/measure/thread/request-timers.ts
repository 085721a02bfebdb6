import type { ThreadClock } from './thread-clock.ts';

/** The timers of one sending of a request. */
export class RequestTimers {
  private readonly clock: ThreadClock;
  private readonly callOffs: (() => void)[] = [];
  private isCanceled = false;

  constructor(clock: ThreadClock) {
    this.clock = clock;
  }

  /** Runs the task one event-loop turn after its timer, so that bytes that have already arrived are read first. */
  at(atMs: number, task: () => void): void {
    const callOff = this.clock.schedule(atMs, () =>
      setImmediate(() => {
        if (!this.isCanceled) task();
      }),
    );
    this.callOffs.push(callOff);
  }

  cancel(): void {
    this.isCanceled = true;
    for (const callOff of this.callOffs) callOff();
  }
}
