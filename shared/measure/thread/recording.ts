import type { Reads } from '../../protocols/framing/decode-events.ts';

/** Recordings with larger buffers (in bytes) are not reused, because responses of that size are rare. */
const maxKeptBytes = 262_144;
const spare: Recording[] = [];

/** Returns an empty recording, reused if possible, so that the load causes no allocations or garbage collection. */
export function takeRecording(): Recording {
  return spare.pop() ?? new Recording();
}

/** Stores the arrival times and bytes of one response's reads in typed arrays whose size doubles when they are full. */
class Recording {
  reads = 0;
  length = 0;
  /** Bytes of the response, including those of parts that were taken. */
  totalBytes = 0;
  private lastMs: number | null = null;
  private markedLength = 0;
  private instants = new Float64Array(256);
  private ends = new Uint32Array(256);
  private bytes = new Uint8Array(16_384);

  append(source: Buffer, start: number, end: number): void {
    const length = this.length + end - start;
    if (length > this.bytes.length) this.growBytes(length);
    source.copy(this.bytes, this.length, start, end);
    this.totalBytes += end - start;
    this.length = length;
  }

  /** Ends the current read at time `atMs`. Ignores reads without body bytes. */
  mark(atMs: number): void {
    if (this.length === this.markedLength) return;
    if (this.reads === this.ends.length) this.growReads();
    this.lastMs = atMs;
    this.instants[this.reads] = atMs;
    this.ends[this.reads] = this.length;
    this.reads++;
    this.markedLength = this.length;
  }

  /** Returns whether the last byte is a line feed. */
  endsLine(): boolean {
    return this.bytes[this.length - 1] === 10;
  }

  lastAtMs(): number | null {
    return this.lastMs;
  }

  /** Returns a view of the reads so far. The view is valid until the next read. */
  view(): Reads {
    return {
      readsAtMs: this.instants.subarray(0, this.reads),
      readEnds: this.ends.subarray(0, this.reads),
      bytes: this.bytes.subarray(0, this.length),
    };
  }

  /** Returns copies of the reads since the last part, with times in ms relative to `originMs`, and forgets the reads. */
  takePart(originMs: number): Reads {
    const readsAtMs = this.instants.slice(0, this.reads);
    for (let read = 0; read < readsAtMs.length; read++) readsAtMs[read] = (readsAtMs[read] ?? 0) - originMs;
    const reads = { readsAtMs, readEnds: this.ends.slice(0, this.reads), bytes: this.bytes.slice(0, this.length) };
    this.reads = 0;
    this.length = 0;
    this.markedLength = 0;
    return reads;
  }

  /** Returns the last part, and releases the recording for reuse. */
  finish(originMs: number): Reads {
    const reads = this.takePart(originMs);
    this.totalBytes = 0;
    this.lastMs = null;
    if (this.bytes.length <= maxKeptBytes) spare.push(this);
    return reads;
  }

  private growBytes(needed: number): void {
    let size = this.bytes.length;
    while (size < needed) size *= 2;
    const grown = new Uint8Array(size);
    grown.set(this.bytes);
    this.bytes = grown;
  }

  private growReads(): void {
    const instants = new Float64Array(this.instants.length * 2);
    instants.set(this.instants);
    this.instants = instants;
    const ends = new Uint32Array(this.ends.length * 2);
    ends.set(this.ends);
    this.ends = ends;
  }
}
