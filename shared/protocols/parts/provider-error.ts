import type { ProviderError } from '../dialect.ts';
import { findWaitMs, saysRateLimit } from './rate-limit.ts';
import { isObject } from './usage.ts';

type Values = Readonly<Record<string, unknown>>;

/** An error without a code or words, which is only a sign that something went wrong. */
export const unexplainedError: ProviderError = { code: null, message: 'an error without a message' };

/** Google's errors have a numeric `code`, whose name is in `status`. */
const innerCodeNames = ['status', 'code', 'type', 'error_code'];
const topCodeNames = ['code', 'error_code', 'errorCode', 'type', 'error_type', '__type'];
const messageNames = ['message', 'Message', 'error_msg', 'errorMessage', 'error_message', 'status_msg', 'msg'];

/**
 * Returns the error that a JSON value reports, or null if the value does not report an error. Google sends a list of
 * one error, and Cloudflare a field `errors`.
 * @param isError whether the value is known to be an error (a status of 400 or more, or an event named `error`), so
 *   that a `message` or `detail` alone is enough
 */
export function readProviderError(value: unknown, isError: boolean): ProviderError | null {
  const body: unknown = Array.isArray(value) && value.length > 0 ? value[0] : value;
  if (!isObject(body)) return isError && typeof body === 'string' && body !== '' ? complete(null, body, body) : null;
  const found = readNested(body) ?? (isError || body['object'] === 'error' ? readTop(body) : null);
  if (found !== null) return complete(found.code, found.message, body);
  return isError && isObject(body['error']) ? unexplainedError : null;
}

function complete(code: string | null, message: string, body: unknown): ProviderError {
  const retryAfterMs = findWaitMs(body, message);
  return {
    code,
    message,
    ...(saysRateLimit(code, message, body) ? { isRateLimit: true } : {}),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
}

type Told = { code: string | null; message: string };

function readNested(body: Values): Told | null {
  const errors = Array.isArray(body['errors']) ? body['errors'][0] : undefined;
  const inner = body['error'] ?? errors;
  if (typeof inner === 'string' && inner !== '') return { code: findText(body, topCodeNames), message: inner };
  if (isObject(inner)) {
    const code = findText(inner, innerCodeNames);
    const message = findText(inner, messageNames);
    const meansNothing = message === null && (code === null || code === '0' || code === '200');
    return meansNothing ? null : { code, message: message ?? code ?? unexplainedError.message };
  }
  // MiniMax puts a status into each message; 0 means success.
  const status = body['base_resp'];
  if (!isObject(status) || status['status_code'] === 0 || status['status_code'] === undefined) return null;
  const code = String(status['status_code']);
  return { code, message: findText(status, messageNames) ?? code };
}

function readTop(body: Values): Told | null {
  const message = findText(body, messageNames) ?? readDetail(body['detail']) ?? findText(body, ['title', 'reason']);
  if (message === null) return null;
  // AWS puts a namespace before the name: `com.amazonaws.bedrock#ThrottlingException`.
  return { code: findText(body, topCodeNames)?.split('#').at(-1) ?? null, message };
}

function findText(values: Values, names: readonly string[]): string | null {
  for (const name of names) {
    const value = values[name];
    if (typeof value === 'string' && value !== '' && !(name === 'status' && /^\d+$/.test(value))) return value;
    if (typeof value === 'number' && name !== 'status') return String(value);
  }
  return null;
}

function readDetail(detail: unknown): string | null {
  if (detail === undefined || detail === null || detail === '') return null;
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}
