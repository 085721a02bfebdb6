import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../../../../shared/errors/app-error.ts';
import { type ApiBench, openApiBench } from '../../../../support/service/api-bench.ts';
import { badSpecs } from './bad-specs.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

describe('an invalid spec is rejected with a pointer and a remedy, and nothing is stored', () => {
  test.each(badSpecs)('$name', async ({ spec, pointer, remedy }) => {
    const answer = await bench.ask('POST', '/v1/runs', { body: spec });
    expect(answer.status).toBe(422);
    expect(answer.json.code).toBe('INVALID_SPEC');
    const fault = answer.json.faults.find((found: Fault) => found.pointer === pointer);
    expect(fault, JSON.stringify(answer.json.faults)).toBeDefined();
    expect(fault.remedy).toMatch(remedy);
    expect(bench.sent).toEqual([]);
  });

  test('there are more than sixty', () => {
    expect(badSpecs.length).toBeGreaterThan(60);
  });
});

test('a response contains all faults of a spec', async () => {
  const targets = [
    { baseUrl: 'https://a.example.com', model: 'm', headers: { authorization: 'x' }, body: { n: 2 } },
    { baseUrl: 'http://10.0.0.1', model: 'm', id: 'target-1' },
  ];
  const { json } = await bench.ask('POST', '/v1/runs', { body: { targets, limits: { maxCostUsd: 1 } } });
  expect(json.faults.map(({ pointer }: Fault) => pointer).sort()).toEqual([
    '/targets/0/body/n',
    '/targets/0/headers/authorization',
    '/targets/0/pricing',
    '/targets/1/baseUrl',
    '/targets/1/id',
    '/targets/1/pricing',
  ]);
});
