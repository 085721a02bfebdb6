import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { presetNames, presets } from './presets.ts';
import { faultKinds, type ModelInput, type ProviderInput } from './provider-config.ts';

export const usageText = `Usage: node infra/provider/provider.ts [options]

  --preset NAME       ${presetNames.join(' | ')}; may be given several times
  --config FILE       a provider configuration (JSON); flags override it
  --model NAME        a further name for the (first) preset's model
  --fault RULE        kind, or kind:key=value,…, for every model: stall:every=5,afterTokens=3; may be given several times
  --port N            0 (default): any free port
  --host NAME         a loopback address (default 127.0.0.1)
  --api-key KEY       asked for as a Bearer token
  --seed N            of all noise (default 1)
  --time-scale X      0.1: everything ten times as fast
  --log FILE          one JSON line a request is appended

Prints {"url": …} once it listens; SIGTERM or SIGINT ends it, and so does the end of standard input when that is a pipe.
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

/**
 * The configuration that the command line asks for; null: help is wanted.
 * @throws Error that says which flag is wrong
 */
export function readArguments(args: readonly string[]): ProviderInput | null {
  const { values } = parseArgs({ args: [...args], options: flags });
  if (values.help === true) return null;
  const file = values.config === undefined ? {} : fileSchema.parse(JSON.parse(readFileSync(values.config, 'utf8')));
  const models: Record<string, ModelInput> = { ...(file.models as Record<string, ModelInput> | undefined) };
  const names = values.preset ?? (Object.keys(models).length === 0 ? ['fast'] : []);
  for (const name of names) Object.assign(models, presets[oneOf('--preset', name, presetNames)].models);
  const [first] = Object.values(models);
  for (const name of values.model ?? []) if (first !== undefined) models[name] = first;
  const faults = (values.fault ?? []).map(parseFaultRule);
  const withFaults = Object.fromEntries(
    Object.entries(models).map(([name, model]) => [name, { ...model, faults: [...faults, ...(model.faults ?? [])] }]),
  );
  return {
    ...file,
    models: withFaults,
    ...(values.host === undefined ? {} : { host: oneOf('--host', values.host, ['127.0.0.1', '::1', 'localhost']) }),
    ...(values['api-key'] === undefined ? {} : { apiKey: values['api-key'] }),
    ...(values.log === undefined ? {} : { logFile: values.log }),
    ...(values.port === undefined ? {} : { port: numberOf('--port', values.port, isPort) }),
    ...(values.seed === undefined ? {} : { seed: numberOf('--seed', values.seed, isSeed) }),
    ...(values['time-scale'] === undefined
      ? {}
      : { timeScale: numberOf('--time-scale', values['time-scale'], isScale) }),
  };
}

// The whole is checked when the provider starts; here only its outermost shape matters.
const fileSchema = z.looseObject({ models: z.record(z.string(), z.looseObject({})).optional() });

type NumberRule = { words: string; holds(value: number): boolean };

const isPort: NumberRule = {
  words: 'a whole number from 0 to 65535',
  holds: (value) => Number.isInteger(value) && value >= 0 && value <= 65_535,
};
const isSeed: NumberRule = {
  words: 'a whole number of 0 or more',
  holds: (value) => Number.isSafeInteger(value) && value >= 0,
};
const isScale: NumberRule = { words: 'a number above 0', holds: (value) => Number.isFinite(value) && value > 0 };

function numberOf(flag: string, text: string, { words, holds }: NumberRule): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!holds(value)) throw new Error(`${flag} must be ${words}`);
  return value;
}

function oneOf<const Name extends string>(flag: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found === undefined) throw new Error(`${flag} has no "${text}"; there are ${names.join(', ')}`);
  return found;
}

type FaultInput = NonNullable<ModelInput['faults']>[number];

/** `stall:every=5,afterTokens=3`, `http-error:status=503,probability=0.1`, `rate-limited:retryAfter=null`. */
function parseFaultRule(rule: string): FaultInput {
  const [kind, settings] = rule.split(/:(.*)/s);
  const fields = (settings ?? '')
    .split(',')
    .filter((setting) => setting !== '')
    .map((setting): [string, unknown] => {
      const [name, value] = setting.split(/=(.*)/s);
      if (name === undefined || value === undefined) throw new Error(`--fault ${rule}: "${setting}" is not name=value`);
      if (name === 'requests') return [name, value.split('+').map(Number)];
      return [name, value === 'null' ? null : Number.isNaN(Number(value)) ? value : Number(value)];
    });
  return { kind: oneOf('--fault', kind ?? '', faultKinds), ...Object.fromEntries(fields) };
}
