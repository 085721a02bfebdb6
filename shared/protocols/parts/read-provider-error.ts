import { z } from 'zod';
import type { ProviderError } from '../dialect.ts';

const text = z.string().nullish().catch(null);
const codeValue = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);
/** Google's `status` names what its numeric `code` only counts. */
const details = z.object({ message: text, code: codeValue, type: text, status: text });

/** The shapes in which OpenAI-like servers say what went wrong. */
const errorBodySchema = z.object({
  error: z.union([details, z.string().min(1)]).nullish(),
  // vLLM, FastAPI and gateways put it at the top.
  object: text,
  message: text,
  code: codeValue,
  type: text,
  // TGI, and the AWS services in two spellings.
  error_type: text,
  Message: text,
  __type: text,
  detail: z.unknown().optional(),
});

/**
 * The error a JSON value tells of, or null where it tells of none.
 * @param isError the surroundings already say that it is an error (a status of 400 or more, an event named `error`), so
 * that a bare `message` or `detail` counts
 */
export function readProviderError(value: unknown, isError: boolean): ProviderError | null {
  if (!isError && !mayTellOfError(value)) return null;
  const parsed = errorBodySchema.safeParse(value);
  if (!parsed.success) return isError && typeof value === 'string' ? { code: null, message: value } : null;
  const body = parsed.data;
  if (typeof body.error === 'string') return { code: topCode(body), message: body.error };
  if (body.error !== null && body.error !== undefined) {
    const code = body.error.status ?? body.error.code ?? body.error.type ?? null;
    return { code, message: body.error.message ?? code ?? 'an error without a message' };
  }
  if (!isError && body.object !== 'error') return null;
  const message = body.message ?? body.Message ?? detailText(body.detail);
  return message === null ? null : { code: topCode(body), message };
}

/** Every event of every stream is asked, and hardly any tells of an error: without a look at its shape, then. */
function mayTellOfError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'error' in value || ('object' in value && value.object === 'error');
}

function topCode({ code, type, error_type, __type }: z.infer<typeof errorBodySchema>): string | null {
  // A shape's name follows its namespace: `com.amazonaws.bedrock#ThrottlingException`.
  return code ?? type ?? error_type ?? __type?.split('#').at(-1) ?? null;
}

function detailText(detail: unknown): string | null {
  if (detail === undefined || detail === null) return null;
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}
