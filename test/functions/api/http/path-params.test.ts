import { expect, test } from 'vitest';
import { z } from 'zod';
import { buildParamsSchema, nameKind, nameKinds } from '../../../../functions/api/http/path-params.ts';
import { type IdKind, idPrefixes } from '../../../../shared/ids/ids.ts';

const ulid = '0'.repeat(26);

test('a path without parameters has no schema', () => {
  expect(buildParamsSchema('/v1/runs', {})).toBeUndefined();
});

test('ids are checked by their type, other parameters by their schema', () => {
  const schema = buildParamsSchema('/v1/runs/{runId}/charts/{chart}', { chart: z.string().endsWith('.svg') });
  expect(Object.keys(schema?.shape ?? {})).toEqual(['runId', 'chart']);
  expect(schema?.safeParse({ runId: `run_${ulid}`, chart: 'ttft.svg' }).success).toBe(true);
  expect(schema?.safeParse({ runId: `crd_${ulid}`, chart: 'ttft.svg' }).success).toBe(false);
  expect(schema?.safeParse({ runId: `run_${ulid}`, chart: 'ttft.png' }).success).toBe(false);
});

test('a parameter that is not an id needs a schema', () => {
  expect(() => buildParamsSchema('/v1/price-book/{name}', {})).toThrow('{name}');
});

test('resource types have singular and plural names', () => {
  const kinds = Object.keys(idPrefixes) as IdKind[]; // the keys of a literal object are its kinds
  expect(kinds.map((kind) => `${nameKind(kind)}: ${nameKinds(kind)}`)).toEqual([
    'run: runs',
    'credential: credentials',
    'API key: API keys',
    'tenant: tenants',
    'webhook endpoint: webhook endpoints',
    'delivery: deliveries',
    'event: events',
    'request: requests',
    'dataset: datasets',
    'schedule: schedules',
    'audit event: audit events',
    'target check: target checks',
    'OIDC rule: OIDC rules',
  ]);
});
