import type { Context } from 'hono';
import { parseAccept } from 'hono/utils/accept';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ApiEnv, Operation } from './operation.ts';
import { problemMediaType } from './problem.ts';

/**
 * Chooses the offered media type with the highest weight in the Accept header (RFC 9110, section 12.5.1). Returns the
 * first type if there is no header, and null if the header accepts none of them.
 */
export function chooseMediaType(accept: string | undefined, offered: readonly string[]): string | null {
  if (accept === undefined || accept.trim() === '') return offered[0] ?? null;
  const ranges = parseAccept(accept);
  let best: { type: string; weight: number } | null = null;
  for (const type of offered) {
    const weight = weighType(type, ranges);
    if (weight > 0 && (best === null || weight > best.weight)) best = { type, weight };
  }
  return best?.type ?? null;
}

/** Returns the weight (`q`) of the most specific range in the Accept header that matches the media type. */
function weighType(type: string, ranges: readonly { type: string; q: number }[]): number {
  const [main] = type.split('/');
  for (const covering of [type, `${main}/*`, '*/*', '*']) {
    const range = ranges.find((candidate) => candidate.type.toLowerCase() === covering);
    if (range !== undefined) return range.q;
  }
  return 0;
}

/** Rejects a request whose Accept header excludes every media type that the operation can return. */
export function checkAccept(c: Context<ApiEnv>, { answers }: Pick<Operation, 'answers'>): void {
  const offered = listMediaTypes(answers);
  const accept = c.req.header('accept');
  // Clients may list only the media type of errors, for example for an operation whose responses have no body.
  if (offered.length === 0 || chooseMediaType(accept, [...offered, problemMediaType]) !== null) return;
  const remedy = `Send "Accept: ${offered[0]}", or omit the header`;
  throw new AppError('NOT_ACCEPTABLE', `This operation responds with ${offered.join(' or ')}`, {
    faults: [{ pointer: 'header:accept', fault: 'excludes every media type of this operation', remedy }],
  });
}

/** Lists the media types of an operation's successful responses, with the default type first. */
function listMediaTypes(answers: Operation['answers']): string[] {
  const successful = Object.entries(answers).filter(([status]) => status.startsWith('2'));
  return [...new Set(successful.flatMap(([, { content = {} }]) => Object.keys(content)))];
}
