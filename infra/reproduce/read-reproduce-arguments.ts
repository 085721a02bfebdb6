import { parseArgs } from 'node:util';
import { readServiceUrl, type Service } from '../client/run-client.ts';

export const usageText = `Usage: npm run reproduce -- REPORT [options]

Runs the manifest of a report again and compares the new report with the original, value by value.

  REPORT                Report as JSON: a file, or the URL of a run or of its report (/v1/runs/run_…/report)
  --manifest FILE       Manifest (GET /v1/runs/{runId}/manifest), if the report does not include one
  --api-key KEY         API key for REPORT, if it is a URL (or TOKENMETER_API_KEY)
  --service URL         Service to run on (default: a temporary service on this machine)
  --service-api-key KEY API key of that service (or TOKENMETER_SERVICE_API_KEY; default: the value of --api-key)
  --target-key ID=KEY   API key of a target; repeatable (or TOKENMETER_TARGET_KEY for all targets)
  --base-url ID=URL     New base URL of a target; repeatable
  --tolerance SHARE     Relative difference at which two values still agree (default 0.1)
  --out FILE            File for the new report

Exit codes: 0 all values agree, 1 a value differs, 2 no value differs but some comparisons are inconclusive, 3 the run
could not be made. Keys are not stored.
`;

export type ReproduceOptions = {
  source: string;
  manifestFile: string | null;
  apiKey: string | null;
  service: Service | null;
  /** API keys by target id, and the API key for all other targets. */
  targetKeys: { byTarget: Map<string, string>; fallback: string | null };
  baseUrls: Map<string, string>;
  tolerance: number;
  outFile: string | null;
};

const flags = {
  manifest: { type: 'string' },
  'api-key': { type: 'string' },
  service: { type: 'string' },
  'service-api-key': { type: 'string' },
  'target-key': { type: 'string', multiple: true },
  'base-url': { type: 'string', multiple: true },
  tolerance: { type: 'string', default: '0.1' },
  out: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Reads the command line and the environment. Returns null for `--help`. Throws an error for invalid arguments. */
export function readReproduceArguments(
  args: readonly string[],
  environment: Record<string, string | undefined>,
): ReproduceOptions | null {
  const { values, positionals } = parseArgs({ args: [...args], options: flags, allowPositionals: true });
  if (values.help === true) return null;
  const [source, ...more] = positionals;
  if (source === undefined || more.length > 0) throw new Error(`Specify one report.\n\n${usageText}`);
  const apiKey = values['api-key'] ?? (environment['TOKENMETER_API_KEY'] || null);
  const serviceKey = values['service-api-key'] ?? (environment['TOKENMETER_SERVICE_API_KEY'] || apiKey);
  return {
    source,
    manifestFile: values.manifest ?? null,
    apiKey,
    service: values.service === undefined ? null : readService(values.service, serviceKey),
    targetKeys: {
      byTarget: readPairs('--target-key', values['target-key']),
      fallback: environment['TOKENMETER_TARGET_KEY'] || null,
    },
    baseUrls: readPairs('--base-url', values['base-url']),
    tolerance: readTolerance(values.tolerance),
    outFile: values.out ?? null,
  };
}

function readService(text: string, apiKey: string | null): Service {
  const url = readServiceUrl(text);
  if (apiKey === null) throw new Error('--service requires --service-api-key or TOKENMETER_SERVICE_API_KEY.');
  return { url, apiKey };
}

function readPairs(flag: string, texts: readonly string[] = []): Map<string, string> {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=');
      // The message does not quote the value, because the value may be an API key.
      if (at < 1 || at === text.length - 1)
        throw new Error(`${flag} must have the form ID=VALUE, where ID is a target of the run.`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function readTolerance(text: string): number {
  const tolerance = Number(text);
  if (text.trim() !== '' && tolerance > 0 && tolerance < 1) return tolerance;
  throw new Error(`--tolerance must be a number between 0 and 1, such as 0.1, not "${text}".`);
}
