import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench({ MAX_BODY_BYTES: '4194304' });
});
afterAll(() => bench.close());

function upload(raw: string | Uint8Array<ArrayBuffer>, type = 'application/jsonl', query = ''): Promise<Answer> {
  return bench.ask('POST', `/v1/datasets${query}`, { raw, headers: { 'content-type': type } });
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a dataset', () => {
  test('of prompts can be stored, listed, read byte for byte and deleted', async () => {
    const text =
      '\ufeff{"prompt":"é \\ud83d\\ude00"}\r\n\n{"messages":[{"role":"user","content":"x"}],"maxOutputTokens":9}';
    const made = await upload(text, 'application/x-ndjson', '?name=mine');
    expect(made.status).toBe(201);
    const bytes = Buffer.byteLength(text);
    expect(made.json).toMatchObject({ name: 'mine', kind: 'prompts', entries: 2, bytes, contentSha256: sha256(text) });
    const path = made.headers.get('location') ?? '';
    expect((await bench.ask('GET', path)).json).toEqual(made.json);
    expect((await bench.ask('GET', '/v1/datasets')).json.items).toContainEqual(made.json);
    const key = `Bearer ${bench.key}`;
    const content = await bench.app.request(`${path}/content`, { headers: { authorization: key } });
    expect(Buffer.from(await content.arrayBuffer()).equals(Buffer.from(text))).toBe(true);
    expect(content.headers.get('etag')).toBe(`"${sha256(text)}"`);
    expect((await bench.ask('DELETE', path)).status).toBe(204);
    for (const gone of [path, `${path}/content`]) expect((await bench.ask('GET', gone)).status).toBe(404);
    expect((await bench.ask('DELETE', path)).status).toBe(404);
  });

  test('of a trace is accepted in every format and reports its duration', async () => {
    const forms = [
      [
        '{"atMs":5,"inputTokens":400,"outputTokens":9}\n{"atMs":17.5,"inputTokens":1,"outputTokens":1}',
        'application/jsonl',
      ],
      [
        '{"timestamp":0,"input_length":600,"output_length":9,"hash_ids":[1,2]}\n{"timestamp":900,"input_length":6,"output_length":9}',
        'text/plain',
      ],
      ['TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.68,374,44\n2023-11-16 18:15:47,4,4', 'text/csv'],
    ] as const;
    for (const [text, type] of forms) {
      const made = await upload(text, type, type === 'text/csv' ? '' : '?kind=trace');
      expect(made.json).toMatchObject({ kind: 'trace', entries: 2, contentSha256: sha256(text) });
      const record = await bench.deps.datasets.get(bench.tenantId, made.json.datasetId);
      expect(record?.spanMs).toBeCloseTo({ 'application/jsonl': 12.5, 'text/plain': 900, 'text/csv': 320 }[type], 3);
    }
  });

  test('with the same content is the same dataset and keeps its name', async () => {
    const first = await upload('{"prompt":"same"}', 'application/jsonl', '?name=first');
    const again = await upload('{"prompt":"same"}', 'text/plain', '?kind=prompts&name=second');
    expect(again.status).toBe(200);
    expect(again.json).toEqual(first.json);
    const lines = await upload('{"prompt":"same"}', 'text/plain');
    expect(lines.json).toMatchObject({ kind: 'lines', contentSha256: first.json.contentSha256 });
    expect(lines.json.datasetId).not.toBe(first.json.datasetId);
  });

  test('of another tenant has another id despite the same content', async () => {
    const mine = await upload('{"prompt":"shared"}');
    const theirs = await bench.ask('POST', '/v1/datasets', {
      key: await bench.foreignKey(),
      raw: '{"prompt":"shared"}',
      headers: { 'content-type': 'application/jsonl' },
    });
    expect(theirs.status).toBe(201);
    expect(theirs.json.datasetId).not.toBe(mine.json.datasetId);
  });

  test('has at most 4 MB', async () => {
    const line = `{"prompt":"${'x'.repeat(1_000)}"}\n`;
    const fits = line.repeat(Math.floor(4_194_304 / line.length));
    expect((await upload(fits)).status).toBe(201);
    expect((await upload(fits + line)).status).toBe(413);
  });
});

describe('an invalid upload is rejected', () => {
  test.each([
    ['{"prompt":"a"}\n{"prompt":}', 'line:2', 'is not JSON'],
    ['{"prompt":"a"}\n\n{"prompt":1}', 'line:3/prompt', 'whole number'],
    ['{"prompt":"a","messages":[]}', 'line:1/messages', 'too short'],
    ['{}', 'line:1', 'neither prompt nor messages'],
    ['{"prompt":"a","messages":[{"role":"user","content":"x"}]}', 'line:1', 'both prompt and messages'],
    ['{"messages":[{"role":"boss","content":"x"}]}', 'line:1/messages/0/role', 'is not one of'],
    ['{"prompt":"a","prompt":"b"}', 'line:1/prompt', 'appears twice in the object'],
    ['{"prompt":"a\\u0000"}', 'line:1/prompt', 'NUL'],
    ['[1]', 'line:1', 'a whole number'],
    ['{"question":"a"}', 'line:1', 'has no known format. Its fields are question'],
    ['"text"', 'line:1', 'text'],
    ['', '', 'does not contain any prompt'],
    ['\n \n', '', 'does not contain any prompt'],
  ])('%j: %s %s', async (text, pointer, words) => {
    const answer = await upload(text);
    expect(answer.status).toBe(400);
    expect(answer.json.faults[0].pointer).toBe(pointer);
    expect(answer.json.faults[0].fault).toContain(words);
  });

  const csvHeader = 'TIMESTAMP,ContextTokens,GeneratedTokens';
  test.each([
    [
      '{"atMs":1,"inputTokens":4,"outputTokens":1}\n\n{"atMs":0,"inputTokens":4,"outputTokens":1}',
      'line:3/atMs',
      'is earlier than the time in a previous line',
    ],
    ['{"atMs":1,"inputTokens":0,"outputTokens":1}', 'line:1/inputTokens', 'is too small'],
    ['{"atMs":1,"inputTokens":4}', 'line:1/outputTokens', 'is missing'],
    ['{"timestamp":1,"input_length":4,"output_length":1,"hash_ids":[-1]}', 'line:1/hash_ids/0', 'is too small'],
    [
      '{"timestamp":5,"input_length":4,"output_length":1}\n{"timestamp":4,"input_length":4,"output_length":1}',
      'line:2/timestamp',
      'is earlier than the time in a previous line',
    ],
    ['{"atMs":1,"inputTokens":4,"outputTokens":1}\nnonsense', 'line:2', 'is not JSON'],
    ['time,tokens\n1,2', 'line:1', 'has no known format. Its fields are time, tokens'],
    [`${csvHeader}\n2023-11-16 18:15:46,5,1\nyesterday,5,1`, 'line:3/TIMESTAMP', 'is not a timestamp'],
    [`${csvHeader}\n2023-11-16 18:15:46,0,1`, '', 'that can be used: 1 with 0 input tokens (ContextTokens)'],
    [`${csvHeader}\n2023-11-16 18:15:46,few,1`, 'line:2/ContextTokens', 'has the wrong type: text'],
    [`${csvHeader}\n2023-11-16 18:15:46,5`, 'line:2/GeneratedTokens', 'is missing'],
    [
      `${csvHeader}\n2023-11-16 18:15:46,5,1\n2023-11-16 18:15:45,5,1`,
      'line:3/TIMESTAMP',
      'is earlier than the time in a previous line',
    ],
    [csvHeader, '', 'does not contain any entry'],
  ])('a trace %j: %s %s', async (text, pointer, words) => {
    const answer = await upload(text, 'text/plain', '?kind=trace');
    expect(answer.status).toBe(400);
    expect(answer.json.faults[0].pointer).toBe(pointer);
    expect(answer.json.faults[0].fault).toContain(words);
  });

  test('with every invalid line, up to fifty', async () => {
    const answer = await upload(
      Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? '{"prompt":"ok"}' : '{}')).join('\n'),
    );
    const lines = answer.json.faults.map((fault: { pointer: string }) => fault.pointer);
    expect(lines.slice(0, 3)).toEqual(['line:2', 'line:4', 'line:6']);
    expect(lines).toHaveLength(40);
  });

  test('if plain lines have no text or a NUL character', async () => {
    expect((await upload(' \n\t\n', 'text/plain')).json.faults[0].fault).toContain('does not contain any line of text');
    expect((await upload('a\nb\0', 'text/plain')).json.faults[0].pointer).toBe('line:2');
  });

  test('if it is not UTF-8, has another type, is compressed or names an unknown kind', async () => {
    expect((await upload(Uint8Array.of(0xff, 0xfe, 0x41))).json.code).toBe('INVALID_BODY');
    for (const type of ['application/xml', 'text/html', 'text/plain; charset=latin1'])
      expect((await upload('{"prompt":"a"}', type)).status).toBe(415);
    const headers = { 'content-type': 'text/plain', 'content-encoding': 'gzip' };
    expect((await bench.ask('POST', '/v1/datasets', { raw: 'x', headers })).status).toBe(415);
    expect((await upload('x', 'text/plain', '?kind=poems')).json.faults[0].pointer).toBe('?kind');
  });

  test('with more than the maximum number of entries', async () => {
    const answer = await upload('word\n'.repeat(250_001), 'text/plain');
    expect(answer.json.faults[0].fault).toBe('has 250001 entries');
  });
});

describe('a run', () => {
  test('has the digest of its dataset in spec and manifest, and needs the dataset for a rerun', async () => {
    const text = '{"prompt":"one"}\n{"prompt":"two"}';
    const { datasetId } = (await upload(text)).json;
    const run = (await bench.ask('POST', '/v1/runs', { body: leastSpec({ workload: { kind: 'dataset', datasetId } }) }))
      .json;
    const workload = { kind: 'dataset', datasetId, datasetSha256: sha256(text), promptCount: 2, maxOutputTokens: 256 };
    expect(run.spec.workload).toEqual(workload);
    expect((await bench.ask('GET', `/v1/runs/${run.runId}/manifest`)).json.spec.workload).toEqual(workload);
    await bench.ask('DELETE', `/v1/datasets/${datasetId}`);
    const refused = await bench.ask('POST', `/v1/runs/${run.runId}/rerun`, { body: {} });
    expect(refused.status).toBe(422);
    expect(refused.json.faults[0].fault).toContain(datasetId);
    await upload(text);
    const again = await bench.ask('POST', `/v1/runs/${run.runId}/rerun`, { body: {} });
    expect(again.status).toBe(202);
    expect(again.json.manifestSha256).toBe(run.manifestSha256);
  });

  test('of a trace has its requests, digest and span in the spec and in the estimate', async () => {
    const text = '{"atMs":0,"inputTokens":300,"outputTokens":10}\n{"atMs":4000,"inputTokens":500,"outputTokens":30}';
    const { datasetId } = (await upload(text, 'application/jsonl', '?kind=trace')).json;
    const workload = { kind: 'trace', datasetId };
    const body = leastSpec({ workload, load: { mode: 'trace', warmupRequests: 0 } });
    const pinned = { datasetSha256: sha256(text), entryCount: 2, spanMs: 4_000 };
    expect((await bench.ask('POST', '/v1/runs', { body })).json.spec.workload).toMatchObject({
      ...workload,
      ...pinned,
    });
    expect((await bench.ask('POST', '/v1/estimates', { body })).json).toMatchObject({
      requests: { total: 2 },
      inputTokens: 800,
      outputTokens: 40,
    });
    for (const [change, pointer] of [
      [{ entryCount: 3 }, '/workload/entryCount'],
      [{ timeUnit: 's' }, '/workload/timeUnit'],
      [{ timeUnit: null, datasetSha256: sha256(text), spanMs: 4_000 }, '/workload/timeUnit'],
      [{ datasetId: (await upload('{"prompt":"no trace"}')).json.datasetId }, '/workload/datasetId'],
    ] as const) {
      const refused = await bench.ask('POST', '/v1/runs', { body: { ...body, workload: { ...workload, ...change } } });
      expect(refused.json.faults[0]).toMatchObject({ pointer });
    }
  });

  test('of a trace says how its times were read, with or without its digest, and a rerun has the same manifest', async () => {
    const azure = 'TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:01,374,44\n2024-05-10 00:00:03,4,4';
    const timed =
      '{"timestamp":0.5,"input_length":300,"output_length":9}\n{"timestamp":2.5,"input_length":9,"output_length":9}';
    for (const [text, timeUnit, words] of [
      [azure, null, 'timestamps read as dates; span 2 s'],
      [timed, 's', 'timestamps read as seconds; span 2 s'],
    ] as const) {
      const { datasetId, contentSha256 } = (await upload(text, 'text/plain', '?kind=trace')).json;
      for (const stated of [{}, { datasetSha256: contentSha256 }, { timeUnit }]) {
        const workload = { kind: 'trace', datasetId, ...stated };
        const body = leastSpec({ workload, load: { mode: 'trace', warmupRequests: 0 } });
        const run = (await bench.ask('POST', '/v1/runs', { body })).json;
        expect(run.spec.workload).toMatchObject({ timeUnit, spanMs: 2_000 });
        expect(JSON.stringify((await bench.ask('POST', '/v1/estimates', { body })).json)).toContain(words);
        const again = await bench.ask('POST', `/v1/runs/${run.runId}/rerun`, { body: {} });
        expect(again.json.manifestSha256).toBe(run.manifestSha256);
      }
    }
  });

  test.each([
    ['dataset', 'text/plain', {}, '/workload/datasetId', 'lines of text'],
    [
      'dataset',
      'application/jsonl',
      { datasetSha256: 'a'.repeat(64) },
      '/workload/datasetSha256',
      'does not match the uploaded dataset',
    ],
    [
      'dataset',
      'application/jsonl',
      { promptCount: 3 },
      '/workload/promptCount',
      'does not match the uploaded dataset',
    ],
    ['sonnet', 'application/jsonl', {}, '/workload/corpusDatasetId', 'prompts'],
  ])('of kind %s rejects the wrong dataset: %s %j', async (kind, type, change, pointer, words) => {
    const { datasetId } = (await upload('{"prompt":"wrong"}', type)).json;
    const named = kind === 'dataset' ? { datasetId } : { corpusDatasetId: datasetId };
    const body = leastSpec({ workload: { kind, ...named, ...change } });
    const answer = await bench.ask('POST', '/v1/runs', { body });
    expect(answer.status).toBe(422);
    expect(answer.json.faults[0]).toMatchObject({ pointer });
    expect(answer.json.faults[0].fault).toContain(words);
  });

  test('has an estimate that uses the tokens of its dataset', async () => {
    const { datasetId } = (await upload('{"prompt":"hello world"}\n{"prompt":"hello world hello world"}')).json;
    const load = { mode: 'concurrency', stages: [{ concurrency: 1, requests: 10 }], warmupRequests: 0 };
    const body = leastSpec({ load, workload: { kind: 'dataset', datasetId, maxOutputTokens: 7 } });
    expect((await bench.ask('POST', '/v1/estimates', { body })).json).toMatchObject({
      inputTokens: 30,
      outputTokens: 70,
    });
  });
});
