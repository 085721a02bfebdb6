import { readNumber } from '../metrics/read-recorded-metric.ts';

const maxMessageLength = 1_000;

/** Text that Python, pandas, and JSON write for no value. */
const noText = /^(?:none|null|nan|false|\{\s*\}|\[\s*\])?$/i;

/** Returns whether a recorded code is absent: no value, blank text, false, or a list or object without an error. */
export function isAbsent(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (typeof value === 'string') return noText.test(value.trim());
  return typeof value === 'object' && Object.values(value).every(isNoError);
}

/** Returns whether a recorded error denotes success. Unlike a code, an error of 0 is a flag or a count. */
export function isNoError(value: unknown): boolean {
  return isAbsent(value) || value === 0;
}

/** The words of an error, and the HTTP status of 400 or above that it states. */
export type RecordedError = { status: number | null; text: string };

/** Reads an error that a fork recorded as text, a number, or an object such as `{"message": "…", "code": 429}`. */
export function readError(error: unknown): RecordedError {
  if (isNoError(error)) return { status: null, text: '' };
  const { message, code = null, status = null, status_code: later = null } = listDetails(error);
  const text = typeof message === 'string' && !isAbsent(message) ? message : writeError(error);
  const states = [error, code, status, later].map(readNumber);
  return {
    status: states.find((number) => number !== null && number >= 400 && number <= 599) ?? null,
    text: text.trim().slice(0, maxMessageLength),
  };
}

function writeError(error: unknown): string {
  if (error === true) return 'LLMPerf recorded an error without a message';
  return typeof error === 'string' ? error : JSON.stringify(error);
}

type Details = { message?: unknown; code?: unknown; status?: unknown; status_code?: unknown; error?: unknown };

/** Returns the fields of an error. Servers nest them in `error`. */
function listDetails(error: unknown): Details {
  if (typeof error !== 'object' || error === null) return {};
  const { error: nested, ...own }: Details = error;
  return typeof nested === 'object' && nested !== null ? { ...own, ...nested } : own;
}
