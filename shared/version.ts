import packageJson from '../package.json' with { type: 'json' };

/** The version in each report and user agent. */
export const tokenmeterVersion: string = packageJson.version;
