import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
const runIds: string[] = [];

const create = async (change: Record<string, unknown>) => {
  runIds.push((await bench.ask('POST', '/v1/runs', { body: leastSpec(change) })).json.runId);
};
/** Returns the positions of the listed runs, in the order of their creation. */
const list = async (query: string) => {
  const { status, json } = await bench.ask('GET', `/v1/runs?${query}`);
  return status === 200
    ? json.items.map(({ runId }: { runId: string }) => runIds.indexOf(runId))
    : [status, ...json.faults.map(({ pointer }: { pointer: string }) => pointer)];
};

beforeAll(async () => {
  bench = await openApiBench({}, {}, 'embedded');
  await create({ name: 'Llama on Fireworks', metadata: { commit: 'a=b', team: 'x' } });
  await create({ name: 'Llama on Anyscale', metadata: { commit: 'a=b' } });
  await create({});
  await bench.ask('POST', `/v1/runs/${runIds[0]}/cancel`);
  await bench.deps.runs.update(runIds[1] ?? '', {}, { status: 'completed' });
});
afterAll(() => bench.close());

describe('a list of runs', () => {
  test.each([
    ['', [2, 1, 0]],
    ['sort=oldest', [0, 1, 2]],
    ['sort=oldest&limit=1', [0]],
    ['status=completed', [1]],
    ['status=completed&status=queued', [2, 1, 0]],
    ['source=api', [2, 1, 0]],
    ['source=import&source=schedule', []],
    ['namePrefix=Llama', [1, 0]],
    ['search=fire%20LLAMA', [0]],
    ['metadata=commit%3Da%3Db', [1, 0]],
    ['metadata=commit%3Da%3Db&metadata=team%3Dx', [0]],
    ['createdFrom=2020-01-01T00:00:00Z&createdBefore=2020-02-01T00:00:00%2B01:00', []],
    ['createdFrom=2020-01-01T00:00:00Z&search=llama&sort=oldest', [0, 1]],
  ])('with the query "%s"', async (query, expected) => {
    expect(await list(query)).toEqual(expected);
  });

  test.each([
    ['status=done', '?status'],
    ['source=', '?source'],
    ['search=--', '?search'],
    ['metadata=commit', '?metadata'],
    ['createdFrom=yesterday', '?createdFrom'],
    ['createdFrom=2026-01-02T00:00:00Z&createdBefore=2026-01-01T00:00:00Z', '?createdBefore'],
    ['sort=up', '?sort'],
    ['limit=1&limit=2', '?limit'],
  ])('names the fault of the query "%s"', async (query, pointer) => {
    expect(await list(query)).toEqual([400, pointer]);
  });

  test('links to the next page with the same conditions', async () => {
    const first = await bench.ask('GET', '/v1/runs?limit=1&search=llama&metadata=commit%3Da%3Db&sort=oldest');
    const [, next = ''] = /^<(.*)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
    const second = await bench.ask('GET', next);
    expect(second.json.items.map(({ runId }: { runId: string }) => runId)).toEqual([runIds[1]]);
    expect(second.json.cursor).toBeNull();
  });
});
