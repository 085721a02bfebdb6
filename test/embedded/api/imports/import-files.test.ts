import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';
import { importForm, makeRecord, makeSummary, readImport, refuseImport } from './import-llmperf.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

describe('a form', () => {
  test('pairs files by name and detects their types from their content', async () => {
    const answer = await importForm(bench, [
      ['files', 'out/b_550_150_individual_responses.json', JSON.stringify([makeRecord({ ttft_s: 2 })])],
      ['files', 'a_550_150_summary.json', JSON.stringify(makeSummary({ model: 'a' }))],
      [
        'files',
        'a_550_150_individual_responses.json',
        JSON.stringify([makeRecord(), makeRecord(), makeRecord({ error_code: 1 })]),
      ],
      ['files', 'b_550_150_summary.json', JSON.stringify(makeSummary({ model: 'b', results_num_requests_started: 1 }))],
    ]);
    expect(answer.status, answer.text).toBe(201);
    const report = await readImport(bench, answer.json.runId);
    expect(report.stages.map(({ targetId, counts }) => [targetId, counts.ok])).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
  });

  test('with two files is a pair under any names, and its field can name the target', async () => {
    const answer = await importForm(bench, [
      ['anyscale', 's.json', JSON.stringify(makeSummary())],
      ['anyscale', 'i.json', JSON.stringify([makeRecord(), makeRecord(), makeRecord({ error_code: 429 })])],
    ]);
    expect((await readImport(bench, answer.json.runId)).targets.map(({ targetId }) => targetId)).toEqual(['anyscale']);
  });

  test.each<[string, [string, string, string][], string]>([
    [
      'two summaries of one name',
      [
        ['files', 'x.json', '{"results_a": 1}'],
        ['files', 'x.json', '{"results_a": 1}'],
      ],
      'is a second summary for the same load test',
    ],
    ['a file that is not JSON', [['files', 'x.json', '{"results_a": 1']], 'is not JSON'],
    ['a field name that is not a target id', [['A b', 'x.json', '{"results_a": 1}']], 'is not a valid target id'],
    ['no file', [], 'does not contain a file'],
  ])('with %s is rejected', async (_, files, fault) => {
    const answer = await importForm(bench, files);
    expect(answer.status).toBe(400);
    expect(answer.json.faults.map((each: { fault: string }) => each.fault)).toContain(fault);
  });

  test('that is malformed is rejected', async () => {
    const answer = await bench.ask('POST', '/v1/imports/files', {
      raw: 'x',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    });
    expect(answer.json).toMatchObject({ status: 400, code: 'INVALID_BODY' });
  });
});

describe('a file that LLMPerf did not write is rejected with a pointer:', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['any object', { summary: { a: 1 } }, '/results/0/summary', /no field name starts with results_/],
    ['a correctness summary', { summary: { results_num_mismatched: 1 } }, '/results/0/summary', /llm_correctness/],
    ['a v1 summary without counts', { summary: { mean_ttft: 500 } }, '/results/0', /does not contain any requests/],
    [
      'a summary that counts too many requests',
      { summary: { results_num_requests_started: 1e9 } },
      '/results/0',
      /is sent without the individual responses/,
    ],
    ['a list of numbers', { texts: ['[1]'] }, '/results/0/texts/0/0', /not an object/],
    [
      'records of something else',
      { individualResponses: [{ a: 1 }] },
      '/results/0/individualResponses',
      /contains no LLMPerf records/,
    ],
    ['text that is not JSON', { texts: ['[{'] }, '/results/0/texts/0', /is not JSON/],
    ['nothing', {}, '/results/0', /does not contain any requests/],
    ['no requests', { individualResponses: [] }, '/results/0', /does not contain any requests/],
    ['an unknown field', { sumary: {} }, '/results/0/sumary', /is not a known field/],
  ])('%s', async (_, result, pointer, fault) => {
    expect(await refuseImport(bench, { results: [result] })).toMatchObject({
      pointer,
      fault: expect.stringMatching(fault),
    });
  });
});
