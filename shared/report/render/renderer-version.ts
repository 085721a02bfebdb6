import { tokenmeterVersion } from '../../version.ts';

/**
 * Version of the renderers, by which stored renderings are found. Raise the number with each change that changes a
 * rendering: a test compares renderings of stored reports with their digest.
 */
export const rendererVersion = `${tokenmeterVersion}-14`;
