const openaiPaths = /\/(?:chat\/completions|completions|responses)$/;

/**
 * Builds the URL of an OpenAI protocol's path under a base URL. `…/v1`, `…/v1/` and a pasted full path such as
 * `…/v1/chat/completions` give the same URL; a version is never guessed.
 */
export function buildOpenaiUrl(baseUrl: string, path: '/chat/completions' | '/completions' | '/responses'): string {
  return joinUrl(baseUrl, openaiPaths, path);
}

/**
 * Returns the base URL with a path appended. Slashes at its end are removed, and so is `pasted`: what a copied full URL has
 * at its end.
 */
export function joinUrl(baseUrl: string, pasted: RegExp, path: string): string {
  const url = new URL(baseUrl);
  const root = url.pathname.replace(/\/+$/, '').replace(pasted, '').replace(/\/+$/, '');
  url.pathname = `${root}${path}`;
  return url.href;
}
