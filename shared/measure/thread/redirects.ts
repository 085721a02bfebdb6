import type { ResponseHead } from './http/read-response-head.ts';

export type Redirects = ReturnType<typeof followRedirects>;

/** Statuses after which the same request can be sent to another address. */
const statuses = new Set([301, 302, 307, 308]);
/** Maximum number of redirects of one request, which a loop would otherwise exceed. */
export const maxRedirects = 3;

/**
 * Follows the redirects of an endpoint within its origin. Later requests of the session go to the new address at once.
 * @param buildHead builds the part of the HTTP head that all requests to a URL share
 */
export function followRedirects(url: URL, buildHead: (url: URL) => string) {
  let current = url;
  let head = buildHead(url);
  return {
    head: () => head,
    /**
     * Takes the redirect of a response. Returns the new path; null if the response has no redirect within the origin.
     * @param sentHead the head that the request was sent with
     */
    take: ({ status, headers }: ResponseHead, sentHead: string): string | null => {
      const location = headers.get('location');
      if (!statuses.has(status) || location === undefined || !URL.canParse(location, current.href)) return null;
      const next = new URL(location, current.href);
      if (next.origin !== url.origin || next.username !== '' || next.password !== '') return null;
      // Other requests may have taken the redirect meanwhile.
      if (sentHead === head) {
        current = next;
        head = buildHead(next);
      }
      return current.pathname;
    },
  };
}
