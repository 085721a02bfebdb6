import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiThreads, ForwardedRequest } from './api-threads.ts';
import type { ApiEnv } from './operation.ts';

/** Lets a thread answer a request that this thread has admitted. */
export async function forwardRequest(
  c: Context<ApiEnv>,
  threads: ApiThreads,
  { body, principal }: Pick<ForwardedRequest, 'body' | 'principal'>,
  options: { isRendering: boolean },
): Promise<Response> {
  const { url, method } = c.req.raw;
  // The thread reports errors with the id of this request.
  const given = Object.entries({ ...c.req.header(), 'x-request-id': c.get('requestId') });
  const response = await threads.answer({ url, method, headers: given, body, principal }, options);
  const { status, headers } = response;
  // Hono's type of `body` excludes the statuses without a body, for which `response.body` is null.
  return c.body(response.body as ReadableStream, status as ContentfulStatusCode, Object.fromEntries(headers));
}
