import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectRelative } from '../../../support/expect-relative.ts';
import { readLlmperfSets } from '../../../support/factories/llmperf-sets.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';
import { makeRecord, makeSummary } from './import-llmperf.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

const sets = readLlmperfSets();

describe('the export of an import', () => {
  const given = (runId: string, file: string) => bench.ask('GET', `/v1/runs/${runId}/report/llmperf-${file}`);
  // JSON does not allow NaN, so it returns as null.
  const plain = (text: string) => JSON.parse(text.replaceAll(/\bNaN\b/g, 'null'));

  // Skipped without the published files.
  test.skipIf(sets.length === 0).each(sets)('field by field and value by value: $name', async (set) => {
    const { summary, individualResponses } = set;
    const { json } = await bench.ask('POST', '/v1/imports', { body: { results: [{ summary, individualResponses }] } });
    const ofSummary = await given(json.runId, 'summary.json');
    expect(ofSummary.json).toEqual(plain(summary));
    expect(Object.keys(ofSummary.json)).toEqual(Object.keys(plain(summary)));
    expect(ofSummary.headers.get('content-disposition')).toContain(`"${plain(summary).name}.json"`);
    const ofResponses = await given(json.runId, 'individual-responses.json');
    expect(ofResponses.json).toEqual(plain(individualResponses));
    expect(ofResponses.json.map(Object.keys)).toEqual(plain(individualResponses).map(Object.keys));
  });

  // Skipped without the published files.
  test.skipIf(sets.length === 0).each(sets)(
    'of $name, a summary built from the responses alone equals the LLMPerf summary',
    async ({ summary, individualResponses }) => {
      const { json } = await bench.ask('POST', '/v1/imports', { body: { results: [{ individualResponses }] } });
      const made = (await given(json.runId, 'summary.json')).json;
      const theirs = plain(summary);
      // The responses do not contain values of the whole run.
      const known = Object.keys(theirs).filter(
        (name) => name.startsWith('results_') && !/per_min$|^results_mean_output_throughput/.test(name),
      );
      expect(known.length).toBe(65);
      for (const name of known)
        if (typeof theirs[name] === 'number') expectRelative(made[name], theirs[name], 1e-12, name);
        else expect(made[name], name).toBe(theirs[name]);
    },
  );

  test('with several stages is an archive that imports as the same run', async () => {
    const results = [5, 10].map((concurrency) => ({
      summary: makeSummary({ num_concurrent_requests: concurrency, name: 'm_550_150_summary' }),
      individualResponses: [makeRecord(), makeRecord({ ttft_s: 0.1 * concurrency }), makeRecord({ error_code: 429 })],
    }));
    const { json } = await bench.ask('POST', '/v1/imports', { body: { results } });
    const archive = await bench.app.request(`/v1/runs/${json.runId}/report/llmperf.zip`, {
      headers: { authorization: `Bearer ${bench.key}` },
    });
    const files = unzipSync(new Uint8Array(await archive.arrayBuffer()));
    expect(Object.keys(files)).toEqual([
      'stage-00/m_550_150_summary.json',
      'stage-00/m_550_150_individual_responses.json',
      'stage-01/m_550_150_summary.json',
      'stage-01/m_550_150_individual_responses.json',
    ]);
    const texts = Object.values(files).map((bytes) => Buffer.from(bytes).toString());
    expect(texts.map(plain)).toEqual(results.flatMap(({ summary: s, individualResponses: r }) => [s, r]));
    const one = await given(json.runId, 'summary.json?stageIndex=1');
    expect(one.json.num_concurrent_requests).toBe(10);
    const fault = (await given(json.runId, 'summary.json')).json.faults[0];
    expect(fault).toMatchObject({ pointer: '?stageIndex', fault: expect.stringContaining('2 stages') });
    expect((await given(json.runId, 'summary.json?stageIndex=2')).json.faults[0].fault).toContain(
      'is not the index of one of',
    );
  });

  test('of a summary alone has no individual responses', async () => {
    const { json } = await bench.ask('POST', '/v1/imports', { body: { results: [{ summary: makeSummary() }] } });
    expect((await given(json.runId, 'individual-responses.json')).status).toBe(404);
  });
});
