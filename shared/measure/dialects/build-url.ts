const knownSuffixes = /\/(?:chat\/completions|completions)$/;

/**
 * The URL of a protocol's path under a base URL. `…/v1`, `…/v1/` and a pasted full path such as `…/v1/chat/completions`
 * lead to the same place; a version is never guessed.
 */
export function buildUrl(baseUrl: string, path: '/chat/completions' | '/completions'): string {
  const url = new URL(baseUrl);
  const root = url.pathname.replace(/\/+$/, '').replace(knownSuffixes, '').replace(/\/+$/, '');
  url.pathname = `${root}${path}`;
  return url.href;
}
