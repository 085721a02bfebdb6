import { readNumber } from '../metrics/read-recorded-metrics.ts';
import { createSample } from '../sample/create-sample.ts';
import type { LlmperfRecord, LlmperfSummary } from '../sample/imported.ts';
import type { Outcome } from '../sample/outcome.ts';
import type { Sample } from '../sample/sample.ts';
import { errorFrequencies, summaryCounts, summaryFigures } from './summary-figures.ts';

const maxMessageLength = 1_000;
/** No answer is so long: a larger number is no count of tokens. */
const maxTokens = 1_000_000_000;

/** The samples of individual responses: what LLMPerf recorded of each, and null for everything else. */
export function samplesOfRecords(records: readonly LlmperfRecord[]): Sample[] {
  return records.map((recorded, index) => ({
    ...createSample({ requestIndex: index }),
    ...endOf(recorded['error_code'] ?? null, recorded['error_msg']),
    inputTokens: countOf(recorded['number_input_tokens']),
    outputTokens: countOf(recorded['number_output_tokens']),
    checksum: checksumOf(recorded),
    recorded,
  }));
}

/**
 * The samples that a summary alone tells of: how many requests went well and how many failed with which code, and nothing
 * of any of them. Null where it does not even say how many there were.
 */
export function samplesOfSummary(summary: LlmperfSummary): Sample[] | null {
  const figures = summaryFigures(summary);
  const counts = summaryCounts(figures);
  if (counts === null) return null;
  const codes: string[] = [];
  for (const [code, times] of errorFrequencies(figures.value('results_error_code_frequency')))
    for (let i = 0; i < times && codes.length < counts.errors; i++) codes.push(code);
  return Array.from({ length: counts.requests }, (_, index) => {
    const failure = index - (counts.requests - counts.errors);
    const end = failure < 0 ? endOf(null, null) : endOf(codes[failure] ?? 'unknown', null);
    return { ...createSample({ requestIndex: index }), ...end, recorded: {} };
  });
}

/** v1 asks for a number in each request, and writes whether it came; v2 has a test of its own for that. */
function checksumOf({ valid, cause }: LlmperfRecord): Sample['checksum'] {
  if (valid === 'OK') return 'ok';
  if (valid !== 'Mismatch') return null;
  return typeof cause === 'string' && cause.startsWith('Output unparseable') ? 'absent' : 'mismatch';
}

/** LLMPerf takes a request for good whose error code is null. */
function endOf(code: unknown, message: unknown): Pick<Sample, 'outcome' | 'httpStatus' | 'error'> {
  if (code === null) return { outcome: 'ok', httpStatus: null, error: null };
  const number = readNumber(code);
  const httpStatus = number !== null && Number.isInteger(number) && number >= 100 && number <= 599 ? number : null;
  const text = typeof message === 'string' ? message.trim().slice(0, maxMessageLength) : '';
  return {
    outcome: outcomeOf(httpStatus),
    httpStatus,
    error: {
      code: httpStatus === null ? String(code).slice(0, 100) : null,
      message: text === '' ? `LLMPerf recorded the error code ${String(code).slice(0, 100)} and no message` : text,
    },
  };
}

function outcomeOf(httpStatus: number | null): Outcome {
  if (httpStatus === 429) return 'rate_limited';
  if (httpStatus !== null && httpStatus >= 500) return 'http_5xx';
  return httpStatus !== null && httpStatus >= 400 ? 'http_4xx' : 'unclassified';
}

function countOf(value: unknown): number | null {
  const number = readNumber(value);
  return number !== null && Number.isInteger(number) && number >= 0 && number <= maxTokens ? number : null;
}
