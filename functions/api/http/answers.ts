import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { formatInstantOrNull } from '../../../shared/records/format-instant.ts';
import type { Page } from '../../../shared/tenant-stores.ts';
import { buildTag } from './entity-tags.ts';
import type { Answer } from './operation.ts';

export function defineJsonAnswer(description: string, schema: z.ZodType): Answer {
  return defineAnswer(description, { contentType: 'application/json', schema });
}

/** Defines a response with one media type. The parameters of `contentType`, such as the charset, are ignored. */
export function defineAnswer(description: string, format: { contentType: string; schema: z.ZodType }): Answer {
  const mediaType = format.contentType.split(';', 1).join();
  return { description, content: { [mediaType]: { schema: format.schema } } };
}

/** Returns the found resource. Throws NOT_FOUND if the resource is missing or belongs to another tenant. */
export function requireFound<Found>(found: Found | null | undefined, noun: string, id: string): Found {
  if (found === null || found === undefined) throw new AppError('NOT_FOUND', `The ${noun} ${id} does not exist`);
  return found;
}

/** Record fields from which a response is built. Response fields such as `createdAt` come from `createdAtMs`. */
type Recorded<View> = {
  [Name in keyof View as Name extends `${string}At` ? `${Name}Ms` : Name]: Name extends `${string}At`
    ? null extends View[Name]
      ? number | null
      : number
    : View[Name];
};

/** Builds a response from a record. The response contains only the schema's fields, in the schema's order. */
export function showRecord<View extends z.ZodObject>(schema: View, record: Recorded<z.output<View>>): z.output<View> {
  const fields = new Map<string, unknown>(Object.entries(record));
  const shown = Object.keys(schema.shape).map((name) => {
    const atMs = name.endsWith('At') ? fields.get(`${name}Ms`) : undefined;
    return [name, typeof atMs === 'number' || atMs === null ? formatInstantOrNull(atMs) : fields.get(name)];
  });
  return Object.fromEntries(shown) as z.output<View>; // the record type has every field of the schema
}

/** Adds the header `Link: <url>; rel="next"` (RFC 8288) with the address of a list's next page, if the list has one. */
export function linkNext(c: Context, cursor: string | null): void {
  if (cursor === null) return;
  const query = new URLSearchParams(new URL(c.req.url).search);
  query.set('cursor', cursor);
  c.header('Link', `<${c.req.path}?${query}>; rel="next"`);
}

export function answerPage<Item>(c: Context, { items, cursor }: Page<Item>, show: (item: Item) => unknown): Response {
  linkNext(c, cursor);
  return answerTagged(c, { items: items.map(show), cursor });
}

/** Answers with JSON whose digest is the `ETag`. */
export function answerTagged(c: Context, value: unknown): Response {
  return answerTaggedText(c, JSON.stringify(value), 'application/json');
}

/** Answers with a text whose digest is the `ETag`. */
export function answerTaggedText(c: Context, text: string, contentType: string): Response {
  return c.body(text, 200, { 'Content-Type': contentType, ETag: tagText(text) });
}

/** Returns the `ETag` of a response with this value. */
export function tagValue(value: unknown): string {
  return tagText(JSON.stringify(value));
}

function tagText(text: string): string {
  return buildTag(createHash('sha256').update(text).digest('hex'));
}

/** Builds the headers `Content-Digest` and `ETag` of a text from the text's SHA-256 in hexadecimal. */
export function buildDigestHeaders(sha256: string): Record<'Content-Digest' | 'ETag', string> {
  const base64 = Buffer.from(sha256, 'hex').toString('base64');
  return { 'Content-Digest': `sha-256=:${base64}:`, ETag: buildTag(sha256) };
}
