import { z } from 'zod';

/** Every kind of identifier and its prefix; the part after the prefix is a lower-case ULID, so ids sort by time. */
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

/** The schema of one kind of id: `run_01j…`. */
export function idSchema(kind: IdKind) {
  const prefix = idPrefixes[kind];
  return z
    .string()
    .regex(new RegExp(`^${prefix}_${ulidPattern}$`), `must be an id of the form ${prefix}_… (26 characters)`);
}
