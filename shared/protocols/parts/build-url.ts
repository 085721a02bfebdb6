const knownSuffixes = /\/(?:chat\/completions|completions|responses)$/;

/**
 * The URL of a protocol's path under a base URL. `…/v1`, `…/v1/` and a pasted full path such as `…/v1/chat/completions`
 * lead to the same place; a version is never guessed.
 */
export function buildUrl(baseUrl: string, path: '/chat/completions' | '/completions' | '/responses'): string {
  return joinUrl(baseUrl, knownSuffixes, path);
}

/**
 * A base URL with a path appended. Slashes at its end are of no account, and neither is `pasted`: what somebody who has
 * copied the full URL has at the end of it.
 */
export function joinUrl(baseUrl: string, pasted: RegExp, path: string): string {
  const url = new URL(baseUrl);
  const root = url.pathname.replace(/\/+$/, '').replace(pasted, '').replace(/\/+$/, '');
  url.pathname = `${root}${path}`;
  return url.href;
}
