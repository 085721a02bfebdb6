import type { Context } from 'hono';
import { parseAccept } from 'hono/utils/accept';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Answer, ApiEnv, Operation } from './operation.ts';

type Format = { contentType: string; schema: z.ZodType };
/** Response formats by value of the query parameter `format`. The first format is the default. */
type Formats<Each = Format> = Readonly<Record<string, Each>>;

function readMediaType({ contentType }: Format): string {
  return contentType.split(';', 1).join();
}

export function buildFormatSchema(formats: Formats) {
  return z.enum(Object.keys(formats)).optional().describe('Format of the response. Overrides the `Accept` header');
}

export function buildContent(formats: Formats): NonNullable<Answer['content']> {
  return Object.fromEntries(Object.values(formats).map((format) => [readMediaType(format), { schema: format.schema }]));
}

/** Chooses the response format: the query parameter `format`, or else the preferred format in the Accept header. */
export function chooseFormat<Each extends Format>(c: Context, formats: Formats<Each>, asked: string | undefined): Each {
  c.header('Vary', 'Accept');
  const all = Object.values(formats);
  const type = chooseMediaType(c.req.header('accept'), all.map(readMediaType));
  const accepted = all.find((format) => readMediaType(format) === type) ?? all[0];
  const chosen = asked === undefined ? accepted : formats[asked];
  if (chosen === undefined) throw new Error('Internal error: the operation has no formats');
  return chosen;
}

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
  // If the query parameter `format` is set, the Accept header is ignored.
  const isSettled = c.req.query('format') !== undefined || offered.length === 0;
  if (isSettled || chooseMediaType(c.req.header('accept'), offered) !== null) return;
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
