import type { PeerLoad, ToolReport } from './tool-run.ts';

export type ToolPlace = {
  /** API root of the reference server, ending in `/v1`. */
  url: string;
  model: string;
  load: PeerLoad;
  /** Folder of this run. */
  dir: string;
  /** Virtual environment of the tool. */
  environmentDir: string;
  /** Tokenizer in Hugging Face's format. */
  tokenizerDir: string;
  /** Prompts by number; those of the warm-up follow the measured ones. */
  prompts: readonly string[];
};

export type ToolCommand = { command: string; args: string[]; environment?: Record<string, string> };

/** A tool's record of one request in its own definitions, in milliseconds; null if the tool does not report it. */
export type ToolRecord = {
  /** Keys of the record in the server's log. One of the three is set. */
  sequence: number | null;
  promptNumber: number | null;
  requestId: string | null;
  ttftMs: number | null;
  tpotMs: number | null;
  e2eMs: number | null;
};

/** Keys of a record that is not matched yet. */
export const unmatched = { sequence: null, promptNumber: null, requestId: null } as const;

export type ToolResult = {
  records: ToolRecord[];
  /** Reported request rate; null if the tool reports none. */
  requestsPerSecond: number | null;
  /** CPU seconds of the measuring part; null if they cannot be separated. */
  measuringCpuSeconds: number | null;
};

export type Tool = ToolReport['tool'] & {
  /** Time span of its request rate. */
  rateSpan: { from: 'first start' | 'first end'; to: 'last start' | 'last end' };
  /** Writes the tool's input to `dir` and returns its command. */
  prepare(place: ToolPlace): Promise<ToolCommand>;
  /** @throws Error if the tool left no readable result */
  read(place: ToolPlace): Promise<ToolResult>;
};

/** Reads the request's number in the server's log from the id of its answer; null if the id has another form. */
export function readSequence(id: string | null | undefined): number | null {
  const digits = /^(?:chat)?cmpl-(\d+)$/.exec(id ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}
