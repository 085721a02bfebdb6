import { readNumber } from '../metrics/read-recorded-metric.ts';
import type { LlmperfRecord, LlmperfSummary } from '../sample/imported.ts';
import type { Outcome } from '../sample/outcome.ts';
import { createSample, type Sample } from '../sample/sample.ts';
import { isAbsent, isNoError, readError } from './read-error.ts';
import { countSummaryRequests, parseErrorFrequencies, readSummaryFields } from './read-summary-fields.ts';

/** Maximum plausible number of tokens. Larger numbers are ignored. */
const maxTokens = 1_000_000_000;

/** Names of the error code and text in LLMPerf and its forks. */
const codeNames = ['error_code', 'status_code'];
const textNames = ['error_msg', 'error_message', 'error'];

/** Creates samples from individual responses. Values that LLMPerf does not record are null. */
export function createSamplesFromRecords(records: readonly LlmperfRecord[]): Sample[] {
  return records.map((recorded, index) => ({
    ...createSample({ requestIndex: index }),
    ...readEnd(findError(recorded, codeNames, isAbsent), findError(recorded, textNames, isNoError)),
    inputTokens: readCount(recorded['number_input_tokens']),
    outputTokens: readCount(recorded['number_output_tokens']),
    checksum: readChecksum(recorded),
    recorded,
  }));
}

/**
 * Creates samples from a summary without individual responses. The samples contain only the outcome and, for failed
 * requests, the error code. Returns null if the summary does not contain the number of requests.
 */
export function createSamplesFromSummary(summary: LlmperfSummary): Sample[] | null {
  const fields = readSummaryFields(summary);
  const counts = countSummaryRequests(fields);
  if (counts === null) return null;
  const codes: string[] = [];
  for (const [code, times] of parseErrorFrequencies(fields.value('results_error_code_frequency')))
    for (let i = 0; i < times && codes.length < counts.errors; i++) codes.push(code);
  return Array.from({ length: counts.requests }, (_, index) => {
    const failure = index - (counts.requests - counts.errors);
    const end = failure < 0 ? readEnd(null, null) : readEnd(codes[failure] ?? 'unknown', null);
    return { ...createSample({ requestIndex: index }), ...end, recorded: {} };
  });
}

/** Reads whether the response repeats the number in the prompt. Only LLMPerf v1 records this result. */
function readChecksum({ valid, cause }: LlmperfRecord): Sample['checksum'] {
  if (valid === 'OK') return 'ok';
  if (valid !== 'Mismatch') return null;
  return typeof cause === 'string' && cause.startsWith('Output unparseable') ? 'absent' : 'mismatch';
}

const statusInText = /\b(?:status|code|http|error)\b[^0-9]{0,12}\b([45]\d\d)\b/i;

/**
 * Reads the outcome of a request. A successful request has neither an error code nor an error. Forks record an error
 * without a code, as text or an object; the HTTP status is then that in the error.
 */
function readEnd(given: unknown, error: unknown): Pick<Sample, 'outcome' | 'httpStatus' | 'error'> {
  const isCode = !isAbsent(given) && !isSuccess(readNumber(given));
  if (!isCode && isNoError(error)) return { outcome: 'ok', httpStatus: null, error: null };
  const { status, text } = readError(error);
  const code = isCode ? given : (status ?? statusInText.exec(text)?.[1] ?? null);
  const number = readNumber(code);
  const httpStatus = number !== null && Number.isInteger(number) && number >= 100 && number <= 599 ? number : null;
  const shown = (typeof code === 'string' ? code : JSON.stringify(code)).slice(0, 100);
  return {
    outcome: classifyStatus(httpStatus),
    httpStatus,
    error: {
      code: httpStatus === null && code !== null ? shown : null,
      message: text === '' ? `LLMPerf recorded the error code ${shown} without a message` : text,
    },
  };
}

function classifyStatus(httpStatus: number | null): Outcome {
  if (httpStatus === 429) return 'rate_limited';
  if (httpStatus !== null && httpStatus >= 500) return 'http_5xx';
  return httpStatus !== null && httpStatus >= 400 ? 'http_4xx' : 'unclassified';
}

function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status <= 299;
}

/** Returns the first value that denotes an error, or null. */
function findError(record: LlmperfRecord, names: readonly string[], isNone: (value: unknown) => boolean): unknown {
  return names.map((name) => record[name]).find((value) => !isNone(value)) ?? null;
}

function readCount(value: unknown): number | null {
  const number = readNumber(value);
  return number !== null && Number.isInteger(number) && number >= 0 && number <= maxTokens ? number : null;
}
