import { fileURLToPath } from 'node:url';

/** Folder of other people's servers, their logs, and recordings. Git ignores it, and it can be deleted. */
export const cacheFolder = fileURLToPath(new URL('../../.third-party', import.meta.url));
