import { parseArgs } from 'node:util';

export const usageText = `Usage: npm run reproduce -- REPORT [options]

Runs the manifest of a report again and says, figure by figure, whether the new run agrees with it.

  REPORT                a report as JSON: a file, or the URL of a run or of its report (/v1/runs/run_…/report)
  --manifest FILE       where the report carries no manifest (of GET /v1/runs/{runId}/manifest)
  --api-key KEY         of the service that REPORT is a URL of (or TOKENMETER_API_KEY)
  --service URL         run it on this service; on one of its own, started for it, if left out
  --service-api-key KEY of that service (or TOKENMETER_SERVICE_API_KEY; that of --api-key if left out)
  --target-key ID=KEY   the key of a target; may be given several times (or TOKENMETER_TARGET_KEY, for all of them)
  --base-url ID=URL     where a target is now, if it has moved; may be given several times
  --tolerance SHARE     how much a figure may differ and still agree (default 0.1)
  --out FILE            keep the report of the new run

Ends with 0 where all figures agree, 1 where one differs, 2 where none differs but some cannot be told, 3 where it could
not be run. Keys are kept nowhere.
`;

export type ReproduceOptions = {
  source: string;
  manifestFile: string | null;
  apiKey: string | null;
  service: { url: string; apiKey: string } | null;
  /** By target id, and for all others. */
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
  tolerance: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean' },
} as const;

const defaultTolerance = 0.1;

/**
 * What the command line and the environment ask for; null: help is wanted.
 * @throws Error that says which argument is wrong, and what to give
 */
export function readReproduceArguments(
  args: readonly string[],
  environment: Record<string, string | undefined>,
): ReproduceOptions | null {
  const { values, positionals } = parseArgs({ args: [...args], options: flags, allowPositionals: true });
  if (values.help === true) return null;
  const [source, ...more] = positionals;
  if (source === undefined || more.length > 0) throw new Error(`Give one report.\n\n${usageText}`);
  const apiKey = values['api-key'] ?? nonEmpty(environment['TOKENMETER_API_KEY']);
  const serviceKey = values['service-api-key'] ?? nonEmpty(environment['TOKENMETER_SERVICE_API_KEY']) ?? apiKey;
  return {
    source,
    manifestFile: values.manifest ?? null,
    apiKey,
    service: values.service === undefined ? null : readService(values.service, serviceKey),
    targetKeys: {
      byTarget: readPairs('--target-key', values['target-key']),
      fallback: nonEmpty(environment['TOKENMETER_TARGET_KEY']),
    },
    baseUrls: readPairs('--base-url', values['base-url']),
    tolerance: values.tolerance === undefined ? defaultTolerance : readTolerance(values.tolerance),
    outFile: values.out ?? null,
  };
}

function readService(text: string, apiKey: string | null): { url: string; apiKey: string } {
  if (!/^https?:/.test(text) || !URL.canParse(text))
    throw new Error('--service is no URL such as http://127.0.0.1:8787');
  if (apiKey === null) throw new Error('--service needs --service-api-key, or TOKENMETER_SERVICE_API_KEY');
  return { url: text.replace(/\/+$/, ''), apiKey };
}

function readPairs(flag: string, texts: readonly string[] = []): Map<string, string> {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=');
      // What was given may be a key, so it is not repeated.
      if (at < 1 || at === text.length - 1)
        throw new Error(`${flag} must be of the form ID=VALUE, ID a target of the run`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function readTolerance(text: string): number {
  const tolerance = Number(text);
  if (text.trim() !== '' && tolerance > 0 && tolerance < 1) return tolerance;
  throw new Error('--tolerance must be a share between 0 and 1, such as 0.1');
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
