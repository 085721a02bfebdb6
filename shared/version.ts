import packageJson from '../package.json' with { type: 'json' };

/** Stands in every manifest, report and user agent. */
export const tokenmeterVersion: string = packageJson.version;
