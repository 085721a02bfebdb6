import type { RequestTimers } from './request-timers.ts';
import type { ResponseRecord } from './response-record.ts';
import type { ThreadClock } from './thread-clock.ts';

/** Time in ms after which a response that is still open no longer holds its stream, once its end marker has come. */
const lingerMs = 25;
/** Interval in ms at which a response without an end marker is examined, if it had few reads since the last look. */
const lookEveryMs = 1_000;
const fewReads = 4;

/** Watches whether a response stays open after its answer, so that it does not hold its stream. */
export class EndWatch {
  private readonly record: ResponseRecord;
  private readonly clock: Pick<ThreadClock, 'nowMs'>;
  private readonly timers: RequestTimers;
  private readonly onLate: (detail: string) => void;
  private isOver = false;

  /** @param onLate is called once, when the response has been open for a while after its answer */
  constructor(
    record: ResponseRecord,
    clock: Pick<ThreadClock, 'nowMs'>,
    timers: RequestTimers,
    onLate: (detail: string) => void,
  ) {
    this.record = record;
    this.clock = clock;
    this.timers = timers;
    this.onLate = onLate;
  }

  /** Starts to look for a finish reason or an error, after which some servers send no end marker. */
  start(headersMs: number): void {
    this.watch(headersMs + lookEveryMs, 0, false);
  }

  /** Looks for an end marker, after this turn, because most responses end with the same read. */
  onRead(): void {
    if (this.record.isNearEnd && !this.isOver) setImmediate(() => this.lookForMarker());
  }

  close(): void {
    this.isOver = true;
  }

  private lookForMarker(): void {
    if (this.isOver) return;
    this.isOver = this.record.findEnd() === 'marker';
    const nowMs = this.clock.nowMs();
    const overAtMs = nowMs - (this.record.quietMs(nowMs) ?? 0);
    if (this.isOver) this.timers.at(overAtMs + lingerMs, () => this.tell('end marker'));
  }

  private watch(atMs: number, readsBefore: number, wasFinished: boolean): void {
    this.timers.at(atMs, () => {
      const { reads } = this.record;
      const nowMs = this.clock.nowMs();
      const quietMs = this.record.quietMs(nowMs);
      const isSparse = quietMs !== null && reads - readsBefore <= fewReads;
      const isFinished = isSparse && this.record.findEnd() !== null;
      if (isFinished && (wasFinished || quietMs >= lookEveryMs)) this.tell('finish reason');
      else this.watch(nowMs + lookEveryMs, reads, isFinished);
    });
  }

  private tell(sign: string): void {
    const quietMs = Math.round(this.record.quietMs(this.clock.nowMs()) ?? 0);
    this.onLate(`still open ${quietMs} ms after its ${sign}`);
  }
}
