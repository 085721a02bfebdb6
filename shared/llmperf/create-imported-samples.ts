import { readNumber } from '../metrics/read-recorded-metric.ts';
import type { LlmperfRecord, LlmperfSummary } from '../sample/imported.ts';
import type { Outcome } from '../sample/outcome.ts';
import { createSample, type Sample } from '../sample/sample.ts';
import { countSummaryRequests, parseErrorFrequencies, readSummaryFields } from './read-summary-fields.ts';

const maxMessageLength = 1_000;
/** Maximum plausible number of tokens. Larger numbers are ignored. */
const maxTokens = 1_000_000_000;

/** Creates samples from individual responses. Values that LLMPerf does not record are null. */
export function createSamplesFromRecords(records: readonly LlmperfRecord[]): Sample[] {
  return records.map((recorded, index) => ({
    ...createSample({ requestIndex: index }),
    ...readEnd(recorded['error_code'] ?? null, recorded['error_msg']),
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

/** Reads the outcome of a request. LLMPerf records a null error code for a successful request. */
function readEnd(code: unknown, message: unknown): Pick<Sample, 'outcome' | 'httpStatus' | 'error'> {
  if (code === null) return { outcome: 'ok', httpStatus: null, error: null };
  const number = readNumber(code);
  const httpStatus = number !== null && Number.isInteger(number) && number >= 100 && number <= 599 ? number : null;
  const text = typeof message === 'string' ? message.trim().slice(0, maxMessageLength) : '';
  return {
    outcome: classifyStatus(httpStatus),
    httpStatus,
    error: {
      code: httpStatus === null ? String(code).slice(0, 100) : null,
      message: text === '' ? `LLMPerf recorded the error code ${String(code).slice(0, 100)} without a message` : text,
    },
  };
}

function classifyStatus(httpStatus: number | null): Outcome {
  if (httpStatus === 429) return 'rate_limited';
  if (httpStatus !== null && httpStatus >= 500) return 'http_5xx';
  return httpStatus !== null && httpStatus >= 400 ? 'http_4xx' : 'unclassified';
}

function readCount(value: unknown): number | null {
  const number = readNumber(value);
  return number !== null && Number.isInteger(number) && number >= 0 && number <= maxTokens ? number : null;
}
