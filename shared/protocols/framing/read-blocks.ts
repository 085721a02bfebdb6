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
 * Creates a reader that joins lines to server-sent events. A blank line ends an event. Where it is missing, a data line
 * that is a whole JSON value (or the end marker) is an event of its own, with the time of its line: such lines cannot
 * be parts of one JSON value.
 */
export function createBlockReader() {
  let ready: TimedEvent[] = [];
  let name: string | null = null;
  /** Name that came after the first data line. It belongs to this event or, without a blank line, to the next one. */
  let lateName: string | null = null;
  let data: string[] = [];
  let dataAtMs = 0;
  let heldLength = 0;
  let status: number | undefined;

  const push = (eventName: string | null, atMs: number, isUnsplit: boolean) => {
    const event: TimedEvent = { event: eventName, data: data.length === 1 ? (data[0] ?? '') : data.join('\n'), atMs };
    if (isUnsplit) event.unsplit = true;
    if (status !== undefined) event.status = status;
    ready.push(event);
    data = [];
    heldLength = 0;
  };
  const addData = (value: string, atMs: number) => {
    if (data.length === 1 && isWholeValue(data[0] ?? '')) {
      push(name, dataAtMs, true);
      name = lateName;
      lateName = null;
    }
    data.push(value);
    heldLength += value.length;
    dataAtMs = atMs;
  };
  const endBlock = (atMs: number) => {
    if (data.length > 0) push(lateName ?? name, atMs, false);
    name = null;
    lateName = null;
    status = undefined;
  };

  return {
    addLine: (line: string, atMs: number): void => {
      if (line === '') {
        endBlock(atMs);
        return;
      }
      const colon = line.indexOf(':');
      if (colon === 0) {
        const told = /^:\s*HTTP_STATUS\/(\d{3})$/.exec(line)?.[1];
        if (told !== undefined) status = Number(told);
        return;
      }
      const field = colon < 0 ? line : line.slice(0, colon);
      const from = line[colon + 1] === ' ' ? colon + 2 : colon + 1;
      const value = colon < 0 ? '' : line.slice(from);
      if (field === 'data') addData(value, atMs);
      else if (field === 'event') {
        if (data.length > 0) lateName = value || null;
        else name = value || null;
      } else if (field !== 'id' && field !== 'retry') ready.push({ event: null, data: line, atMs, loose: true });
    },
    heldLength: (): number => heldLength,
    /** Returns the events that are complete, and forgets them. */
    take: (): TimedEvent[] => {
      const events = ready;
      if (events.length > 0) ready = [];
      return events;
    },
  };
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
