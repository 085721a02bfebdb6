import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { presetNames, presets } from './presets.ts';
import { faultKinds, type ModelInput, type ProviderInput, providerConfigSchema } from './provider-config.ts';

export const usageText = `Usage: node infra/provider/provider.ts [options]

Simulates an OpenAI-compatible provider on this machine.

  --preset NAME       Built-in provider; repeatable (default fast):
                      ${presetNames.join(', ')}
  --config FILE       Provider configuration (JSON); flags override it
  --model NAME        Additional name of the first model; repeatable
  --fault RULE        Fault of all models, such as stall:every=5,afterTokens=3; repeatable
  --port N            Port (default 0: a free port)
  --host NAME         Loopback address (default 127.0.0.1)
  --api-key KEY       Required Bearer token (default: no key is required)
  --seed N            Seed of all random values (default 1)
  --time-scale X      Factor of all times; 0.1 is ten times as fast (default 1)
  --log FILE          File to which one JSON line per request is appended

Prints {"url": …} when it listens. SIGTERM, SIGINT, or the end of a pipe on standard input stops it.
`;

const flags = {
  preset: { type: 'string', multiple: true },
  config: { type: 'string' },
  model: { type: 'string', multiple: true },
  fault: { type: 'string', multiple: true },
  port: { type: 'string' },
  host: { type: 'string' },
  'api-key': { type: 'string' },
  seed: { type: 'string' },
  'time-scale': { type: 'string' },
  log: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Reads the configuration from the command line. Returns null for `--help`. Throws an error for an invalid flag. */
export function readArguments(args: readonly string[]): ProviderInput | null {
  const { values } = parseArgs({ args: [...args], options: flags });
  if (values.help === true) return null;
  const file = values.config === undefined ? {} : fileSchema.parse(JSON.parse(readFileSync(values.config, 'utf8')));
  const models: Record<string, ModelInput> = { ...file.models };
  const names = values.preset ?? (Object.keys(models).length === 0 ? ['fast'] : []);
  for (const name of names) Object.assign(models, presets[readName('--preset', name, presetNames)]);
  const [first] = Object.values(models);
  for (const name of values.model ?? []) if (first !== undefined) models[name] = first;
  const faults = (values.fault ?? []).map(parseFaultRule);
  const withFaults = Object.fromEntries(
    Object.entries(models).map(([name, model]) => [name, { ...model, faults: [...faults, ...(model.faults ?? [])] }]),
  );
  const { host, port, seed, timeScale } = providerConfigSchema.shape;
  const given = {
    host: values.host && readName('--host', values.host, host.unwrap().options),
    apiKey: values['api-key'],
    logFile: values.log,
    port: readNumber('--port', values.port, port, 'a whole number from 0 to 65535'),
    seed: readNumber('--seed', values.seed, seed, 'a whole number of 0 or more'),
    timeScale: readNumber('--time-scale', values['time-scale'], timeScale, 'a number above 0'),
  };
  const overrides = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...file, models: withFaults, ...overrides };
}

// Only the outer structure is validated here. The provider validates the whole configuration when it starts.
const modelInput = z.custom<ModelInput>((value) => z.looseObject({}).safeParse(value).success);
const fileSchema = z.looseObject({ models: z.record(z.string(), modelInput).optional() });

function readNumber(
  flag: string,
  given: string | undefined,
  schema: z.ZodType<number>,
  range: string,
): number | undefined {
  if (given === undefined) return undefined;
  const value = given.trim() === '' ? Number.NaN : Number(given);
  if (!schema.safeParse(value).success) throw new Error(`${flag} must be ${range}, not "${given}".`);
  return value;
}

function readName<const Name extends string>(flag: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found === undefined) throw new Error(`${flag} "${text}" does not exist. Use one of: ${names.join(', ')}.`);
  return found;
}

type FaultInput = NonNullable<ModelInput['faults']>[number];

/** Parses a fault rule such as `stall:every=5,afterTokens=3` or `rate-limited:retryAfter=null`. */
function parseFaultRule(rule: string): FaultInput {
  const [kind, settings] = rule.split(/:(.*)/s);
  const fields = (settings ?? '')
    .split(',')
    .filter((setting) => setting !== '')
    .map((setting): [string, unknown] => {
      const [name, value] = setting.split(/=(.*)/s);
      if (name === undefined || value === undefined)
        throw new Error(`--fault ${rule}: "${setting}" must have the form name=value.`);
      if (name === 'requests') return [name, value.split('+').map(Number)];
      return [name, value === 'null' ? null : Number.isNaN(Number(value)) ? value : Number(value)];
    });
  return { kind: readName('--fault', kind ?? '', faultKinds), ...Object.fromEntries(fields) };
}
