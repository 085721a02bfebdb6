import { fileURLToPath } from 'node:url';

/** What the conformance tests fetch, and what their servers write; git ignores it, and it may be deleted at any time. */
export const cacheFolder = fileURLToPath(new URL('../../.conformance', import.meta.url));
