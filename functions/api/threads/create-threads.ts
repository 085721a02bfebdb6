import type { Config } from '../../../shared/config.ts';
import type { ApiThreads, ForwardedRequest } from '../http/api-threads.ts';
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

/** Creates a function that runs at most `max` actions at the same time, and actions with the same name in turn. */
export function createTurns(max: number) {
  const running = new Set<string>();
  const waiting: { name: string; start(): void }[] = [];
  const startNext = () => {
    const next = running.size < max ? waiting.findIndex(({ name }) => !running.has(name)) : -1;
    if (next >= 0) waiting.splice(next, 1)[0]?.start();
  };
  return async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    await new Promise<void>((resolve) => {
      const start = () => {
        running.add(name);
        resolve();
      };
      waiting.push({ name, start });
      startNext();
    });
    try {
      return await act();
    } finally {
      running.delete(name);
      startNext();
    }
  };
}
