import { fileURLToPath } from 'node:url';

/** Folder of generators and generated clients. Git ignores it, and it can be deleted. */
export const cacheFolder = fileURLToPath(new URL('../../.generators', import.meta.url));
