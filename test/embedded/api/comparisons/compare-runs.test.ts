import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFailure, makeOk } from '../../../support/factories/sample-factory.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';
import { finishRun } from '../../../support/service/finish-run.ts';

let bench: ApiBench;
let base: string;
let slower: string;
let imported: string;
const requests = 60;

/** Stores a run of one target with `factor` times the latencies of the base. Every twentieth request fails. */
function makeComparedRun(factor: number, change: Record<string, unknown> = {}): Promise<string> {
  const body = {
    targets: [{ id: 'a', baseUrl: 'https://api.example.com/v1', model: 'm' }],
    load: { mode: 'concurrency', stages: [{ concurrency: 5, requests }], warmupRequests: 0 },
    seed: 1,
    ...change,
  };
  return finishRun(bench, body, (_, index) => {
    const varied = (37 * index) % 60;
    const times = { startMs: index * 100, ttftMs: factor * (300 + varied), e2eMs: factor * (2_000 + 10 * varied) };
    return index % 20 === 19
      ? makeFailure(index * 100, 50, { requestIndex: index })
      : makeOk(times, { requestIndex: index });
  });
}

beforeAll(async () => {
  bench = await openApiBench();
  base = await makeComparedRun(1, { name: 'last week' });
  slower = await makeComparedRun(1.3, { name: 'to*day*' });
  const individualResponses = Array.from({ length: 50 }, (_, i) => ({
    error_code: null,
    ttft_s: 0.2 + i / 1_000,
    end_to_end_latency_s: 1.5 + i / 100,
    inter_token_latency_s: 0.0101 + i / 15_000,
    request_output_throughput_token_per_s: 90,
    number_input_tokens: 550,
    number_output_tokens: 150,
  }));
  const body = { results: [{ concurrency: 5, individualResponses }] };
  imported = (await bench.ask('POST', '/v1/imports', { body })).json.runId;
});
afterAll(() => bench.close());

const compare = (query: string, ending = '') => bench.ask('GET', `/v1/compare${ending}?runs=${query}`);

describe('a comparison', () => {
  test('compares requests in pairs if the prompts are equal, and labels the runs', async () => {
    const { json, status } = await compare(`${base},${slower}`);
    expect(status).toBe(200);
    expect(json.base).toMatchObject({ runId: base, label: 'last week', source: 'measured' });
    const [other] = json.runs;
    expect(other.comparison).toMatchObject({ samePrompts: true, verdict: 'worse', tolerance: 0.05 });
    const figure = other.comparison.stages[0].metrics.find(
      (each: { metric: string; statistic: string }) => each.metric === 'e2eLatencyMs' && each.statistic === 'p50',
    );
    expect(figure).toMatchObject({ verdict: 'worse', inference: { paired: true, nBase: 57 } });
    expect(figure.ratio).toBeCloseTo(1.3, 10);
    expect(figure.statement).toContain('of a in to*day* is 1.300 times that of a in last week');
    expect((await compare(`${base},${slower}&tolerance=0.5&shareTolerance=0.3`)).json.runs[0].comparison.verdict).toBe(
      'same',
    );
  });

  test('accepts imported runs, whose prompts are unknown and whose formulas differ', async () => {
    const { json } = await compare(`${imported},${base},${slower}`);
    expect(json.runs).toHaveLength(2);
    expect(json.runs[0].comparison.samePrompts).toBe(false);
    expect(json.runs[0].comparison.stages).toHaveLength(1);
    const figure = json.runs[0].comparison.stages[0].metrics[0];
    expect(figure).toMatchObject({ metric: 'ttftMs', inference: { paired: false, nBase: 50, nTarget: 57 } });
    expect(json.runs[0].notes.join()).toContain('LLMPerf measured one of the two runs');
  });

  test('notes that an import counts chunks for its output speed', async () => {
    const individualResponses = Array.from({ length: 30 }, (_, i) => ({
      error_code: null,
      ttft_s: 0.2,
      end_to_end_latency_s: 2 + i / 1_000,
      inter_token_latency_s: 0.013,
      request_output_throughput_token_per_s: 30,
      number_input_tokens: 550,
      number_output_tokens: 150,
    }));
    const body = { results: [{ concurrency: 5, individualResponses }] };
    const odd = (await bench.ask('POST', '/v1/imports', { body })).json.runId;
    const warned = 'The output speed of requests is 0.40 times output tokens / latency';
    expect((await compare(`${odd},${base}`)).json.runs[0].notes.join()).toContain(`at concurrency 5: ${warned}`);
    const metrics = (await compare(`${odd},${base}`)).json.runs[0].comparison.stages[0].metrics;
    const speeds = metrics.filter(({ metric }: { metric: string }) => metric === 'outputTokensPerSecond');
    expect(speeds).toHaveLength(2);
    for (const speed of speeds)
      expect(speed).toMatchObject({ verdict: null, verdictReason: expect.stringContaining(warned) });
    expect((await compare(`${imported},${base}`)).json.runs[0].notes.join()).not.toContain('output speed of requests');
    const { stages } = (await bench.ask('GET', `/v1/runs/${odd}/report`)).json;
    expect(stages[0].warnings.join()).toContain(warned);
  });

  test.each([
    ['.txt', /^text\/plain/],
    ['.md', /^text\/markdown/],
  ])('is available as text and Markdown (%s)', async (ending, type) => {
    const answer = await compare(`${base},${slower}`, ending);
    expect(answer.headers.get('content-type')).toMatch(type);
    expect(answer.text).toMatch(/e2eLatencyMs p50 .*1\.300/);
    if (type.source.includes('markdown')) expect(answer.text).toContain(String.raw`to\*day\*`);
  });

  test('is available as a self-contained page', async () => {
    const answer = await compare(`${base},${slower},${imported}`, '.html');
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.text).toContain('“to*day*”: worse');
    expect(answer.text).toContain('LLMPerf measured one of the two runs');
  });

  test.each<[string, () => string, string]>([
    ['one run alone', () => base, 'does not have the required format'],
    ['a run twice', () => `${base},${base}`, 'contains the same run id twice'],
    ['anything else', () => 'x,y', 'does not have the required format'],
  ])('rejects %s', async (_, query, fault) => {
    const answer = await compare(query());
    expect(answer.status).toBe(400);
    expect(answer.json.faults[0]).toMatchObject({ pointer: '?runs', fault });
  });

  test('returns NOT_FOUND for runs of another tenant and REPORT_NOT_READY for active runs', async () => {
    const key = await bench.foreignKey();
    expect((await bench.ask('GET', `/v1/compare?runs=${base},${slower}`, { key })).status).toBe(404);
    const targets = [{ baseUrl: 'https://api.example.com', model: 'm' }];
    const active = (await bench.ask('POST', '/v1/runs', { body: { targets } })).json.runId;
    expect((await compare(`${base},${active}`)).json.code).toBe('REPORT_NOT_READY');
  });
});
