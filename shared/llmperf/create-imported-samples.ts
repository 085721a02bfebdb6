import { readNumber } from '../metrics/read-recorded-metric.ts';
import type { LlmperfRecord, LlmperfSummary } from '../sample/imported.ts';
import type { Outcome } from '../sample/outcome.ts';
import { createSample, type Sample } from '../sample/sample.ts';
import { countSummaryRequests, parseErrorFrequencies, readSummaryFields } from './read-summary-fields.ts';

const maxMessageLength = 1_000;
/** Maximum plausible number of tokens. Larger numbers are ignored. */
const maxTokens = 1_000_000_000;

/** Names of the error code and text in LLMPerf and its forks. */
const codeNames = ['error_code', 'status_code'];
const textNames = ['error_msg', 'error_message', 'error'];

/** Creates samples from individual responses. Values that LLMPerf does not record are null. */
export function createSamplesFromRecords(records: readonly LlmperfRecord[]): Sample[] {
  return records.map((recorded, index) => ({
    ...createSample({ requestIndex: index }),
    ...readEnd(readFirst(recorded, codeNames), readFirst(recorded, textNames)),
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

/** Words that Python and pandas write for no value. */
const noText = /^(?:none|null|nan)?$/i;
const statusInText = /\b(?:status|code|http|error)\b[^0-9]{0,12}\b([45]\d\d)\b/i;

/**
 * Reads the outcome of a request. A successful request has neither an error code nor an error text. Forks record a text
 * without a code; the HTTP status is then that in the text.
 */
function readEnd(given: unknown, message: unknown): Pick<Sample, 'outcome' | 'httpStatus' | 'error'> {
  const isCode = given !== null && !isBlank(given) && !isSuccess(readNumber(given));
  const isText = typeof message === 'string' && !isBlank(message);
  if (!isCode && !isText) return { outcome: 'ok', httpStatus: null, error: null };
  const code = isCode ? given : (statusInText.exec(String(message))?.[1] ?? null);
  const number = readNumber(code);
  const httpStatus = number !== null && Number.isInteger(number) && number >= 100 && number <= 599 ? number : null;
  const text = typeof message === 'string' ? message.trim().slice(0, maxMessageLength) : '';
  return {
    outcome: classifyStatus(httpStatus),
    httpStatus,
    error: {
      code: httpStatus === null && code !== null ? String(code).slice(0, 100) : null,
      message: text === '' ? `LLMPerf recorded the error code ${String(code).slice(0, 100)} without a message` : text,
    },
  };
}

function classifyStatus(httpStatus: number | null): Outcome {
  if (httpStatus === 429) return 'rate_limited';
  if (httpStatus !== null && httpStatus >= 500) return 'http_5xx';
  return httpStatus !== null && httpStatus >= 400 ? 'http_4xx' : 'unclassified';
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && noText.test(value.trim());
}

function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status <= 299;
}

/** Returns the first value that is not blank. */
function readFirst(record: LlmperfRecord, names: readonly string[]): unknown {
  return names.map((name) => record[name] ?? '').find((value) => !isBlank(value)) ?? null;
}

function readCount(value: unknown): number | null {
  const number = readNumber(value);
  return number !== null && Number.isInteger(number) && number >= 0 && number <= maxTokens ? number : null;
}
