import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

const metadata = { commit: 'abc', ticket: 'OPS-1' };
const create = async (): Promise<string> =>
  (await bench.ask('POST', '/v1/runs', { body: leastSpec({ name: 'first', metadata }) })).json.runId;
const read = (runId: string) => bench.ask('GET', `/v1/runs/${runId}`);
const change = (runId: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  bench.ask('PATCH', `/v1/runs/${runId}`, { body, headers });

describe('a change of a run', () => {
  test('sets the name, single entries of the metadata, and the pin', async () => {
    const runId = await create();
    const changed = await change(runId, { name: 'second', metadata: { ticket: null, team: 'infra' }, pinned: true });
    const labels = { name: 'second', metadata: { commit: 'abc', team: 'infra' }, pinned: true };
    expect([changed.status, changed.json]).toMatchObject([200, labels]);
    expect((await read(runId)).json).toMatchObject(labels);
    const { items } = (await bench.ask('GET', '/v1/runs?limit=1')).json;
    expect(items[0]).toMatchObject({ runId, ...labels });
    expect((await change(runId, { name: null })).json).toMatchObject({ ...labels, name: null });
  });

  test('leaves the spec, the manifest, and its hash as they were', async () => {
    const runId = await create();
    const before = (await read(runId)).json;
    const manifest = await bench.ask('GET', `/v1/runs/${runId}/manifest`);
    const after = (await change(runId, { name: 'other', metadata: { commit: 'x' } })).json;
    expect([after.spec, after.manifestSha256]).toEqual([before.spec, before.manifestSha256]);
    expect((await bench.ask('GET', `/v1/runs/${runId}/manifest`)).text).toBe(manifest.text);
  });

  test('is not lost to another change at the same time', async () => {
    const runId = await create();
    const names = ['a', 'b', 'c', 'd'];
    const answers = await Promise.all(names.map((name) => change(runId, { metadata: { [name]: name } })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await read(runId)).json.metadata).toMatchObject({ ...metadata, a: 'a', b: 'b', c: 'c', d: 'd' });
  });

  test('with If-Match applies only to the version that was read', async () => {
    const runId = await create();
    const tag = (await read(runId)).headers.get('etag') ?? '';
    const first = await change(runId, { name: 'x' }, { 'if-match': tag.replace(/"$/, '-gzip"') });
    expect(first.status).toBe(200);
    const late = await change(runId, { name: 'y' }, { 'if-match': tag });
    expect([late.status, late.json.code, late.json.faults[0].pointer]).toEqual([
      412,
      'PRECONDITION_FAILED',
      'header:if-match',
    ]);
    const next = first.headers.get('etag') ?? '';
    expect((await change(runId, { name: 'z' }, { 'if-match': `W/${next}` })).status).toBe(412);
    expect((await change(runId, { name: 'z' }, { 'if-match': `"other", ${next}` })).status).toBe(200);
    expect((await change(runId, { name: 'z' }, { 'if-match': '*' })).status).toBe(200);
  });

  test.each([
    [{ name: '' }, '/name'],
    [{ metadata: { k: 1 } }, '/metadata/k'],
    [{ status: 'completed' }, '/status'],
    [{ metadata: Object.fromEntries(Array.from({ length: 40 }, (_, k) => [`k${k}`, 'x'.repeat(1_000)])) }, '/metadata'],
  ])('is refused with the place of the fault: %#', async (body, pointer) => {
    const answer = await change(await create(), body);
    expect([answer.status, answer.json.faults[0].pointer]).toEqual([400, pointer]);
  });
});

test('a rerun keeps the present labels, and names what created it', async () => {
  const runId = await create();
  await change(runId, { name: 'renamed' });
  const rerun = (await bench.ask('POST', `/v1/runs/${runId}/rerun`)).json;
  expect(rerun).toMatchObject({ name: 'renamed', source: 'rerun', pinned: false, rerunOf: runId });
  expect((await read(runId)).json.source).toBe('api');
});
