import type { Dialect } from '../../protocols/dialect.ts';
import type { Reads } from '../../protocols/framing/decode-events.ts';
import { hasOutput } from '../read-answer.ts';
import { type AnswerEnd, type createMarkerSearch, findAnswerEnd } from './find-answer-end.ts';
import { takeRecording } from './recording.ts';

export type RecordDeps = {
  /** The value of `performance.now()` at the session's origin, in ms. */
  originMs: number;
  dialect: Dialect;
  /** Whether bytes may contain the end marker of the dialect: see `createMarkerSearch`. */
  hasMarker: ReturnType<typeof createMarkerSearch>;
  maxResponseBytes: number;
};

/** Size in bytes at which the record of an open response is handed on. Few answers are larger. */
const partBytes = 524_288;

/** The record of one response: its bytes and instants, and the few facts that are read from them while it is open. */
export class ResponseRecord {
  isTooLarge = false;
  /** Whether an end marker may have arrived. */
  isNearEnd = false;
  private readonly deps: RecordDeps;
  private readonly onPart: ((part: Reads) => void) | null;
  private readonly recording = takeRecording();
  private hadOutput = false;
  private earlierReads = 0;

  /** @param onPart receives the record so far each time it is long. If null, the record is only handed over at the end */
  constructor(deps: RecordDeps, onPart: ((part: Reads) => void) | null) {
    this.deps = deps;
    this.onPart = onPart;
  }

  add(bytes: Buffer, start: number, end: number): void {
    if (this.recording.totalBytes + end - start > this.deps.maxResponseBytes) this.isTooLarge = true;
    else this.recording.append(bytes, start, end);
    if (!this.isNearEnd) this.isNearEnd = this.deps.hasMarker(bytes, start, end);
  }

  /** Ends a read. Times are in ms of `performance.now()`. */
  mark(atMs: number): void {
    this.recording.mark(atMs);
    if (this.recording.length >= partBytes && this.onPart !== null) this.handOn(this.onPart);
  }

  /** Number of reads so far. */
  get reads(): number {
    return this.earlierReads + this.recording.reads;
  }

  /** Returns how long in ms no byte has arrived; null before the first byte. */
  quietMs(nowMs: number): number | null {
    const lastAtMs = this.recording.lastAtMs();
    return lastAtMs === null ? null : nowMs + this.deps.originMs - lastAtMs;
  }

  hasOutput(): boolean {
    this.hadOutput ||= hasOutput(this.recording.view(), this.deps.dialect);
    return this.hadOutput;
  }

  /** Finds out whether the answer is over. */
  findEnd(): AnswerEnd {
    const end = findAnswerEnd(this.recording.view(), this.deps.dialect, this.earlierReads === 0);
    if (end !== 'marker') this.isNearEnd = !this.recording.endsLine();
    return end;
  }

  /** Returns what was not handed on. Times are in ms since the session's origin. The record cannot be used afterwards. */
  finish(): Reads {
    return this.recording.finish(this.deps.originMs);
  }

  private handOn(onPart: (part: Reads) => void): void {
    this.hasOutput();
    this.earlierReads += this.recording.reads;
    onPart(this.recording.takePart(this.deps.originMs));
  }
}
