import type { PeerLoad, ToolReport } from './tool-run.ts';

export type ToolPlace = {
  /** The reference server's API root, ending in `/v1`. */
  url: string;
  model: string;
  load: PeerLoad;
  /** A folder of this run alone. */
  dir: string;
  /** The tool's virtual environment. */
  environmentDir: string;
  /** A tokenizer in Hugging Face's format, made for this bench. */
  tokenizerDir: string;
  /** Prompts in the order of their numbers: the warm-up's after the measured ones. */
  prompts: readonly string[];
};

export type ToolCommand = { command: string; args: string[]; environment?: Record<string, string> };

/** What a tool says of one request, in its own definitions; milliseconds, null where it says nothing. */
export type ToolRecord = {
  /** How the record is found in the server's log; one of the three is known. */
  sequence: number | null;
  promptNumber: number | null;
  requestId: string | null;
  ttftMs: number | null;
  tpotMs: number | null;
  e2eMs: number | null;
};

/** A record that says nothing yet of where it belongs. */
export const unmatched = { sequence: null, promptNumber: null, requestId: null } as const;

export type ToolResult = {
  records: ToolRecord[];
  /** The request rate that it reports; null where it reports none. */
  requestsPerSecond: number | null;
  /** CPU of the part that measures, where it can be told from the rest; the whole tree is counted in any case. */
  measuringCpuSeconds: number | null;
};

export type Tool = ToolReport['tool'] & {
  /** The time that it divides the number of requests by, as `e2eEndsAt` for latency. */
  rateSpan: { from: 'first start' | 'first end'; to: 'last start' | 'last end' };
  /** Writes what the tool needs into `dir`, and says how to start it. */
  prepare(place: ToolPlace): Promise<ToolCommand>;
  /** @throws Error where the tool left no readable result */
  read(place: ToolPlace): Promise<ToolResult>;
};
