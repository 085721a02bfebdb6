import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportSchema } from '../../../../shared/report/model/report.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

/** Twelve requests in pandas table format: one object per column, with the index as text. */
const rows = Array.from({ length: 12 }, (_, i) =>
  i === 4
    ? ['Exception', -1, -1, -1, -1, 'Rate limit reached', '']
    : [
        i === 7 ? 'Mismatch' : 'OK',
        0.5 + i / 100,
        4 + i / 10,
        500 + i,
        140 + i,
        i === 7 ? 'Input = 1 output = 2' : '',
        `id-${i}`,
      ],
);
const names = ['valid', 'ttft', 'total_time', 'tokens_in', 'tokens_out', 'cause', 'id'];
const table = Object.fromEntries(
  names.map((name, at) => [name, Object.fromEntries(rows.map((row, index) => [String(index), row[at]]))]),
);
const good = rows.filter(([valid]) => valid !== 'Exception').map(([, ...numbers]) => numbers.map(Number));
const mean = (of: (row: number[]) => number) => good.reduce((sum, row) => sum + of(row), 0) / good.length;
const [ttft, total, tokensIn, tokensOut] = [0, 1, 2, 3].map((at) => (row: number[]) => Number(row[at]));
if (!ttft || !total || !tokensIn || !tokensOut) throw new Error('unreachable');
const summary = {
  framework: 'anyscale',
  model: 'meta-llama/Llama-2-70b-chat-hf',
  concur_requests: 5,
  total_requests: 12,
  sleep: 0,
  api_base: 'https://api.example.com/v1',
  num_valid: 10,
  num_exceptions: 1,
  num_mismatch: 1,
  total_time: mean(total),
  mean_ttft: Math.round(1_000 * mean(ttft)),
  mean_tokens_in: mean(tokensIn),
  mean_tokens_out: mean(tokensOut),
  out_tokens_per_s: mean((row) => tokensOut(row) / total(row)),
  inter_token_delay: 1_000 * mean((row) => total(row) / tokensOut(row)),
  raw_output: 'anyscale-1697000000_raw.json',
};

async function importForm(files: Record<string, unknown>) {
  const form = new FormData();
  for (const [name, content] of Object.entries(files)) form.append('files', new Blob([JSON.stringify(content)]), name);
  const whole = new Response(form);
  const headers = { 'content-type': whole.headers.get('content-type') ?? '' };
  const answer = await bench.ask('POST', '/v1/imports/files', {
    raw: new Uint8Array(await whole.arrayBuffer()),
    headers,
  });
  expect(answer.status, answer.text).toBe(201);
  const runId: string = answer.json.runId;
  return { runId, report: reportSchema.parse((await bench.ask('GET', `/v1/runs/${runId}/report`)).json) };
}

test('the two LLMPerf v1 files are one stage with means, failures and checksums', async () => {
  const { runId, report } = await importForm({
    'anyscale-1697000000.json': summary,
    'anyscale-1697000000_raw.json': table,
    // Of another run, so that names must pair them.
    'fireworks-1697000001.json': { ...summary, framework: 'fireworks' },
  });
  expect(report.targets.map(({ targetId }) => targetId)).toEqual(['anyscale', 'fireworks']);
  const [stage] = report.stages;
  expect(stage?.load.concurrency).toBe(5);
  expect(stage?.counts).toMatchObject({ issued: 12, ok: 11, failed: 1, byOutcome: { unclassified: 1 } });
  expect(stage?.requests.ttftMs.mean).toBeCloseTo(1_000 * mean(ttft), 9);
  expect(stage?.requests.e2eLatencyMs.mean).toBeCloseTo(1_000 * summary.total_time, 9);
  expect(stage?.requests.itlMs.mean).toBeCloseTo(summary.inter_token_delay, 9);
  expect(stage?.requests.outputTokensPerSecond.mean).toBeCloseTo(summary.out_tokens_per_s, 9);
  expect(stage?.requests.outputTokens).toMatchObject({ n: 11, min: 140, max: 151 });
  expect(stage?.answers.checksum).toEqual({ ok: 10, mismatch: 1, absent: 0 });
  expect(stage?.warnings.join()).toContain('LLMPerf v1 (2023) measured');
  expect(report.trust.reasons.filter((reason) => reason.includes('does not match'))).toEqual([]);
  const samples = (await bench.ask('GET', `/v1/runs/${runId}/samples.ndjson?limit=100`)).text.trim().split('\n');
  expect(JSON.parse(samples[4] ?? '')).toMatchObject({
    outcome: 'unclassified',
    error: { message: 'Rate limit reached' },
    recorded: { valid: 'Exception', ttft_s: null, end_to_end_latency_s: null },
  });
});

test('a v1 summary alone yields its means, and a mismatch with its table is reported', async () => {
  const alone = await importForm({ 'a.json': summary });
  expect(alone.report.stages[0]?.requests.ttftMs).toMatchObject({ n: 11, mean: summary.mean_ttft, p50: null });
  const apart = await importForm({ 'a.json': { ...summary, mean_ttft: summary.mean_ttft + 1 }, 'a_raw.json': table });
  expect(apart.report.trust.reasons.join()).toContain('does not match the individual responses: ttft_s mean');
});

test('a v1 table is accepted as JSON', async () => {
  const { json } = await bench.ask('POST', '/v1/imports', { body: { results: [{ columns: table }] } });
  expect((await bench.ask('GET', `/v1/runs/${json.runId}`)).json.status).toBe('completed');
  expect((await bench.ask('GET', `/v1/runs/${json.runId}/report/llmperf-individual-responses.json`)).json).toHaveLength(
    12,
  );
});
