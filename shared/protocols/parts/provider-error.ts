import { z } from 'zod';
import type { ProviderError } from '../dialect.ts';
import { optional } from './usage.ts';

const text = optional(z.string());
const codeValue = optional(z.union([z.string(), z.number().transform(String)]));
/** Google's errors have a numeric `code`, whose name is in `status`. */
const details = z.object({ message: text, code: codeValue, type: text, status: text });

const errorBodySchema = z.object({
  error: z.union([details, z.string().min(1)]).nullish(),
  // vLLM, FastAPI and gateways report errors in top-level fields.
  object: text,
  message: text,
  code: codeValue,
  type: text,
  // TGI uses `error_type`; AWS services use `Message` and `__type`.
  error_type: text,
  Message: text,
  __type: text,
  detail: z.unknown().optional(),
});

/**
 * Returns the error that a JSON value reports, or null if the value does not report an error.
 * @param isError whether the value is known to be an error (a status of 400 or more, or an event named `error`), so
 *   that a `message` or `detail` alone is enough
 */
export function readProviderError(value: unknown, isError: boolean): ProviderError | null {
  if (!isError && !mayReportError(value)) return null;
  const parsed = errorBodySchema.safeParse(value);
  if (!parsed.success) return isError && typeof value === 'string' ? { code: null, message: value } : null;
  const body = parsed.data;
  if (typeof body.error === 'string') return { code: readTopCode(body), message: body.error };
  if (body.error !== null && body.error !== undefined) {
    const code = body.error.status ?? body.error.code ?? body.error.type ?? null;
    return { code, message: body.error.message ?? code ?? 'an error without a message' };
  }
  if (!isError && body.object !== 'error') return null;
  const message = body.message ?? body.Message ?? readDetail(body.detail);
  return message === null ? null : { code: readTopCode(body), message };
}

/** Returns whether the value could report an error. This check is fast and avoids parsing most events. */
function mayReportError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'error' in value || ('object' in value && value.object === 'error');
}

function readTopCode({ code, type, error_type, __type }: z.infer<typeof errorBodySchema>): string | null {
  // AWS puts a namespace before the name: `com.amazonaws.bedrock#ThrottlingException`.
  return code ?? type ?? error_type ?? __type?.split('#').at(-1) ?? null;
}

function readDetail(detail: unknown): string | null {
  if (detail === undefined || detail === null) return null;
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}

/** Error codes in a stream that mean the same as HTTP status 429. */
const rateLimitCodes = new Set([
  '429',
  'throttlingexception',
  'rate_limit_error',
  'rate_limit_exceeded',
  'resource_exhausted',
]);

export function isRateLimit(code: string | null): boolean {
  return code !== null && rateLimitCodes.has(code.toLowerCase());
}
