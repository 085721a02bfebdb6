import type { Context } from 'hono';
import type { ApiEnv } from './api-env.ts';

/** Sets `Link: <…>; rel="next"` (RFC 8288) to the same list from the cursor on; nothing on the last page. */
export function linkNext(c: Context<ApiEnv>, cursor: string | null): void {
  if (cursor === null) return;
  const query = new URLSearchParams(new URL(c.req.url).search);
  query.set('cursor', cursor);
  c.header('Link', `<${c.req.path}?${query}>; rel="next"`);
}
