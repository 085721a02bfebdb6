import packageJson from '../package.json' with { type: 'json' };

/** Tokenmeter's version, as written in reports and in the `User-Agent` header. */
export const tokenmeterVersion: string = packageJson.version;
