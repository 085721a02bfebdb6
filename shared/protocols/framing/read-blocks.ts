/** An event as received: a server-sent event, a JSON line, or a frame of an AWS event stream. */
export type TimedEvent = {
  /** Name of the event, or null if the event has no name. */
  event: string | null;
  data: string;
  /** Arrival time in ms of the last bytes of the event. */
  atMs: number;
  /** Whether an AWS frame reports an exception. `event` is then the exception's name. */
  exception?: true;
  /** Whether the data is a line outside of events. */
  loose?: true;
  /** Whether no blank line separates the event from the next one. */
  unsplit?: true;
  /** An HTTP status in a comment of the event (`:HTTP_STATUS/429`). */
  status?: number;
};

/**
 * Joins lines to server-sent events. A blank line ends an event. Where it is missing, a data line that is a whole JSON
 * value (or the end marker) is an event of its own, with the time of its line: such lines cannot be parts of one JSON
 * value.
 */
export class BlockReader {
  private ready: TimedEvent[] = [];
  private name: string | null = null;
  /** Name that came after the first data line. It belongs to this event or, without a blank line, to the next one. */
  private lateName: string | null = null;
  private data: string[] = [];
  private dataAtMs = 0;
  private status: number | undefined;
  /** Number of characters of the event that is not complete. */
  heldLength = 0;

  addLine(line: string, atMs: number): void {
    if (line === '') {
      this.endBlock(atMs);
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) {
      const told = /^:\s*HTTP_STATUS\/(\d{3})$/.exec(line)?.[1];
      if (told !== undefined) this.status = Number(told);
      return;
    }
    const field = colon < 0 ? line : line.slice(0, colon);
    const from = line[colon + 1] === ' ' ? colon + 2 : colon + 1;
    const value = colon < 0 ? '' : line.slice(from);
    if (field === 'data') this.addData(value, atMs);
    else if (field === 'event') {
      if (this.data.length > 0) this.lateName = value || null;
      else this.name = value || null;
    } else if (field !== 'id' && field !== 'retry') this.ready.push({ event: null, data: line, atMs, loose: true });
  }

  /** Returns the events that are complete, and forgets them. */
  take(): TimedEvent[] {
    const events = this.ready;
    if (events.length > 0) this.ready = [];
    return events;
  }

  private addData(value: string, atMs: number): void {
    if (this.data.length === 1 && isWholeValue(this.data[0] ?? '')) {
      this.push(this.name, this.dataAtMs, true);
      this.name = this.lateName;
      this.lateName = null;
    }
    this.data.push(value);
    // An empty line also needs memory.
    this.heldLength += value.length + 1;
    this.dataAtMs = atMs;
  }

  private endBlock(atMs: number): void {
    if (this.data.length > 0) this.push(this.lateName ?? this.name, atMs, false);
    this.name = null;
    this.lateName = null;
    this.status = undefined;
  }

  private push(event: string | null, atMs: number, isUnsplit: boolean): void {
    const { data, status } = this;
    const timed: TimedEvent = { event, data: data.length === 1 ? (data[0] ?? '') : data.join('\n'), atMs };
    if (isUnsplit) timed.unsplit = true;
    if (status !== undefined) timed.status = status;
    this.ready.push(timed);
    this.data = [];
    this.heldLength = 0;
  }
}

function isWholeValue(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === '[DONE]') return true;
  if (!trimmed.startsWith('{') && !trimmed.startsWith('[')) return false;
  try {
    JSON.parse(trimmed);
    return true;
  } catch {
    return false;
  }
}
