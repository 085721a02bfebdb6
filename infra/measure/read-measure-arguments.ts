import { parseArgs } from 'node:util';
import { readServiceUrl } from '../client/run-client.ts';

export const usageText = `Usage: npm run measure -- SPEC [options]
       npm run measure -- --base-url URL --model NAME [options]

Creates a run, shows its progress, and prints the report. The service must be running (npm start).

  SPEC                 JSON file with a run spec, such as examples/quickstart.json
  --base-url URL       API root of the endpoint, such as https://api.example.com/v1
  --model NAME         Model to request
  --protocol NAME      Protocol of the endpoint (default openai-chat; see docs/protocols.md)
  --concurrency N      Requests open at the same time (default 5)
  --requests N         Number of measured requests (default 150)
  --service URL        Service to use (default: the one on this machine, from PORT and DATA_DIR)

TOKENMETER_TARGET_KEY  API key of the endpoint, if it requires a key
TOKENMETER_API_KEY     API key of the service (default: the key in .data/local-api-key)

Exit codes:
  0  The run completed and no assertion failed
  1  An assertion failed
  2  The run did not complete
  3  The run could not be started
`;

export type MeasureOptions = {
  /** The spec: a file, or a value built from command-line flags. */
  spec: { file: string } | { value: unknown };
  serviceUrl: string | null;
  apiKey: string | null;
  targetKey: string | null;
};

const flags = {
  'base-url': { type: 'string' },
  model: { type: 'string' },
  protocol: { type: 'string' },
  concurrency: { type: 'string' },
  requests: { type: 'string' },
  service: { type: 'string' },
  help: { type: 'boolean' },
} as const;

type Flags = ReturnType<typeof parseArgs<{ options: typeof flags }>>['values'];

/** Reads the command line and the environment. Returns null for `--help`. Throws an error for invalid arguments. */
export function readMeasureArguments(
  args: readonly string[],
  environment: Record<string, string | undefined>,
): MeasureOptions | null {
  const { values, positionals } = parseArgs({ args: [...args], options: flags, allowPositionals: true });
  if (values.help === true) return null;
  return {
    spec: chooseSpec(values, positionals),
    serviceUrl: values.service === undefined ? null : readServiceUrl(values.service),
    apiKey: environment['TOKENMETER_API_KEY'] || null,
    targetKey: environment['TOKENMETER_TARGET_KEY'] || null,
  };
}

function chooseSpec(values: Flags, positionals: readonly string[]): MeasureOptions['spec'] {
  const [file, ...more] = positionals;
  const { 'base-url': baseUrl, model, protocol, concurrency, requests } = values;
  if (more.length > 0) throw new Error(`Specify one spec file, not ${positionals.length}.`);
  if (file !== undefined) {
    const given = Object.entries({ 'base-url': baseUrl, model, protocol, concurrency, requests });
    const extra = given.find(([, value]) => value !== undefined);
    if (extra !== undefined)
      throw new Error(`--${extra[0]} cannot be combined with a spec file. Change the value in ${file} instead.`);
    return { file };
  }
  if (baseUrl === undefined || model === undefined)
    throw new Error(`Specify a spec file, or both --base-url and --model.\n\n${usageText}`);
  const streams = readCount('--concurrency', concurrency ?? '5');
  const stages = [{ concurrency: streams, requests: readCount('--requests', requests ?? '150') }];
  const target = { baseUrl, model, ...(protocol === undefined ? {} : { protocol }) };
  return { value: { targets: [target], load: { mode: 'concurrency', stages } } };
}

function readCount(flag: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`${flag} must be a whole number above 0, not "${text}".`);
}
