import type { Hono, MiddlewareHandler } from 'hono';
import { comparisonFormats, reportFormats } from '../../shared/report/render/registry.ts';
import { chooseMediaType } from './http/check-accept.ts';
import type { ApiEnv } from './http/operation.ts';
import { llmperfFormats } from './reports/export-llmperf.ts';
import { sampleFormats } from './samples/endpoints.ts';

type Format = { contentType: string; ending: string };

/** Paths at which `?format=` or the Accept header selected the format, with their former formats by key. */
const negotiated: readonly { pattern: RegExp; formats: Readonly<Record<string, Format>> }[] = [
  { pattern: /^\/v1\/runs\/[^/]+\/report$/, formats: { ...reportFormats, ...llmperfFormats } },
  { pattern: /^\/v1\/runs\/[^/]+\/samples$/, formats: sampleFormats },
  { pattern: /^\/v1\/compare$/, formats: comparisonFormats },
];

/**
 * Serves requests of older clients, which select a format with `?format=` or the Accept header, or send a form to
 * `/v1/imports`. Each format now has a path of its own. The OpenAPI document contains only the new paths.
 */
export function serveFormerAddresses(app: Hono<ApiEnv>): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const { raw } = c.req;
    const moved = raw.method === 'POST' ? moveForm(raw) : moveFormat(raw);
    return moved === null ? next() : app.fetch(moved, c.env);
  };
}

function moveForm(request: Request): Request | null {
  const url = new URL(request.url);
  const isForm = request.headers.get('content-type')?.toLowerCase().startsWith('multipart/form-data') ?? false;
  if (!isForm || url.pathname !== '/v1/imports') return null;
  url.pathname += '/files';
  return new Request(url, request);
}

function moveFormat(request: Request): Request | null {
  const url = new URL(request.url);
  const formats = negotiated.find(({ pattern }) => pattern.test(url.pathname))?.formats;
  if (formats === undefined) return null;
  const asked = url.searchParams.get('format');
  const isKnown = asked !== null && Object.hasOwn(formats, asked);
  const all = Object.values(formats);
  const types = all.map(({ contentType }) => contentType.split(';', 1).join());
  const type = chooseMediaType(request.headers.get('accept') ?? undefined, types) ?? '';
  const format = isKnown ? formats[asked] : (all[types.indexOf(type)] ?? all[0]);
  const ending = format?.ending ?? '';
  if (!isKnown && ending === '') return null;
  if (isKnown) url.searchParams.delete('format');
  url.pathname += ending;
  const moved = new Request(url, request);
  // The query parameter overrides the header.
  if (isKnown) moved.headers.delete('accept');
  return moved;
}
