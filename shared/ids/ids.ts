import { z } from 'zod';

/** Maps each kind of id to its prefix. A lowercase ULID follows the prefix, so ids sort by time. */
export const idPrefixes = {
  run: 'run',
  credential: 'crd',
  apiKey: 'key',
  tenant: 'ten',
  webhookEndpoint: 'whe',
  delivery: 'dlv',
  event: 'evt',
  request: 'req',
  dataset: 'dts',
  schedule: 'sch',
} as const;

export type IdKind = keyof typeof idPrefixes;

const ulidPattern = '[0-9a-hjkmnp-tv-z]{26}';

/** Builds the schema of a kind of id, such as `run_01j…`. */
export function idSchema(kind: IdKind) {
  const prefix = idPrefixes[kind];
  return z
    .string()
    .regex(new RegExp(`^${prefix}_${ulidPattern}$`), `must be an id in the form ${prefix}_… (26 characters)`);
}
