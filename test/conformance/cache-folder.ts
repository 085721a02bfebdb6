import { fileURLToPath } from 'node:url';

/** Folder of downloads and server logs of the conformance tests. Git ignores it, and it can be deleted. */
export const cacheFolder = fileURLToPath(new URL('../../.conformance', import.meta.url));
