import type { Context } from 'hono';
import type { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Page } from '../../../shared/ports.ts';
import { formatInstantOrNull } from '../../../shared/records/format-instant.ts';
import type { Answer } from './operation.ts';

export function jsonAnswer(description: string, schema: z.ZodType): Answer {
  return { description, content: { 'application/json': { schema } } };
}

/** Returns the found resource. Throws NOT_FOUND for a missing resource or one of another tenant. */
export function requireFound<Found>(found: Found | null | undefined, noun: string, id: string): Found {
  if (found === null || found === undefined) throw new AppError('NOT_FOUND', `The ${noun} ${id} does not exist`);
  return found;
}

/** The record fields that a view needs. A timestamp such as `createdAt` comes from `createdAtMs`. */
type Recorded<View> = {
  [Name in keyof View as Name extends `${string}At` ? `${Name}Ms` : Name]: Name extends `${string}At`
    ? null extends View[Name]
      ? number | null
      : number
    : View[Name];
};

/** Shows only the fields of a record that a schema names, in schema order. */
export function showRecord<View extends z.ZodObject>(schema: View, record: Recorded<z.output<View>>): z.output<View> {
  const fields = new Map<string, unknown>(Object.entries(record));
  const shown = Object.keys(schema.shape).map((name) => {
    const atMs = name.endsWith('At') ? fields.get(`${name}Ms`) : undefined;
    return [name, typeof atMs === 'number' || atMs === null ? formatInstantOrNull(atMs) : fields.get(name)];
  });
  return Object.fromEntries(shown) as z.output<View>; // the type of the record is derived from the view
}

/** Sets `Link: <…>; rel="next"` (RFC 8288) to the next page of the list, unless this is the last one. */
export function linkNext(c: Context, cursor: string | null): void {
  if (cursor === null) return;
  const query = new URLSearchParams(new URL(c.req.url).search);
  query.set('cursor', cursor);
  c.header('Link', `<${c.req.path}?${query}>; rel="next"`);
}

export function answerPage<Item>(c: Context, { items, cursor }: Page<Item>, show: (item: Item) => unknown): Response {
  linkNext(c, cursor);
  return c.json({ items: items.map(show), cursor }, 200);
}

/** Responds with an HTML page. Adds `frame-ancestors`, which works only as a header. */
export function answerHtml(c: Context, html: string, contentSecurityPolicy: string): Response {
  c.header('Content-Security-Policy', `${contentSecurityPolicy}; frame-ancestors 'none'`);
  return c.html(html, 200) as Response; // a string argument yields a response, not a promise
}

/** Returns the digest headers of a text, from its SHA-256 in hex. */
export function buildDigestHeaders(sha256: string): Record<'Content-Digest' | 'ETag', string> {
  const base64 = Buffer.from(sha256, 'hex').toString('base64');
  return { 'Content-Digest': `sha-256=:${base64}:`, ETag: `"${sha256}"` };
}
