import type { Config } from '../../../shared/config.ts';
import type { ApiThreads, ForwardedRequest } from '../http/api-threads.ts';
import { createTurns } from '../http/create-turns.ts';
import { type ApiThread, startThread } from './start-thread.ts';

/** Maximum number of threads. One of them never renders, so that it can answer other requests at once. */
const maxThreads = 3;
const maxRenderings = maxThreads - 1;

const threadEntry = new URL('./api-thread.ts', import.meta.url);

/** Creates the threads of the API. They start on first use. */
export function createApiThreads(config: Config): ApiThreads & { close(): Promise<void> } {
  const threads = new Set<ApiThread>();
  const rendering = new Set<ApiThread>();
  const takeTurn = createTurns(maxRenderings);

  /** Returns an idle thread, or else starts one, or else returns the thread with the fewest open requests. */
  const choose = (): ApiThread => {
    for (const thread of threads) if (!thread.isAlive()) threads.delete(thread);
    const free = [...threads].filter((thread) => !rendering.has(thread));
    const [least] = free.sort((a, b) => a.countOpen() - b.countOpen());
    if (least !== undefined && (least.countOpen() === 0 || threads.size >= maxThreads)) return least;
    const started = startThread(threadEntry, config);
    threads.add(started);
    return started;
  };
  const render = async (request: ForwardedRequest) => {
    const thread = choose();
    rendering.add(thread);
    return thread.answer(request).finally(() => rendering.delete(thread));
  };
  return {
    answer: (request, { isRendering }) =>
      isRendering ? takeTurn(nameRendering(request), () => render(request)) : choose().answer(request),
    close: async () => {
      await Promise.all([...threads].map((thread) => thread.end()));
    },
  };
}

/** Returns a name that is the same for all requests with the same response body. */
function nameRendering({ url, headers }: ForwardedRequest): string {
  return `${url} ${new Map(headers).get('accept') ?? ''}`;
}
