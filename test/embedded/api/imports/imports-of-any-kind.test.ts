import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isInNumberRange } from '../../../../shared/number-schema.ts';
import { type Report, reportSchema } from '../../../../shared/report/model/report.ts';
import { llmperfRecord } from '../../../support/factories/llmperf-record.ts';
import { llmperfSeries } from '../../../support/factories/llmperf-series.ts';
import { readLlmperfSets } from '../../../support/factories/llmperf-sets.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';
import { countCases } from '../../../support/test-form.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

type Fields = Record<string, unknown>;

/** Unquoted values in LLMPerf files that JSON does not allow. */
const words = ['NaN', 'Infinity', '-Infinity'];
const write = (value: unknown) => JSON.stringify(value).replaceAll(/"<(NaN|-?Infinity)>"/g, (_, word: string) => word);
const word = fc.constantFrom(...words.map((name) => `<${name}>`));

const made: Fields = llmperfRecord;
// Without the published files, the mutations use a similar record.
const records: Fields[] = [
  made,
  ...readLlmperfSets().flatMap((set) => JSON.parse(set.individualResponses.replaceAll(/\bNaN\b/g, 'null'))),
];

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -1, 1e-320, 1e308, 150.5, 2 ** 53),
  fc.double({ min: 0, max: 100, noNaN: true }),
);
/** Numbers in the range of all numbers, and whole ones that a double represents exactly. The API rejects all others. */
const held = number.filter(
  (value) => isInNumberRange(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)),
);
const odd = fc.oneof(
  held,
  number.map(String),
  word,
  fc.constantFrom(null, '', ' ', 'abc', true, [], {}, [1], { a: 1 }),
);
const code = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    null,
    429,
    429.0,
    '429',
    404,
    503,
    -1,
    -100,
    'rate_limit_exceeded',
    '',
    true,
    {},
    [],
    0,
  ),
  word,
);
const change: fc.Arbitrary<Fields> = fc.record(
  {
    error_code: code,
    error_msg: fc.oneof(fc.string(), fc.constantFrom(null, 7, {})),
    ...Object.fromEntries(
      Object.keys(made)
        .filter((name) => !name.startsWith('error'))
        .map((name) => [name, odd]),
    ),
    GEN_TEXT: fc.string(),
  },
  { requiredKeys: [] },
);
const record = fc
  .tuple(fc.constantFrom(...records), change, fc.uniqueArray(fc.constantFrom(...Object.keys(made)), { maxLength: 3 }))
  .map(([base, changes, missing]) =>
    Object.fromEntries(Object.entries({ ...base, ...changes }).filter(([name]) => !missing.includes(name))),
  );

/** A number in LLMPerf files: a number or a text, in the range that a clock can return. */
function numberIn(value: unknown, scale: number): number[] {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const isSound = typeof read === 'number' && (read === 0 || (Math.abs(read) <= 1e60 && Math.abs(read) >= 1e-60));
  return isSound ? [read * scale] : [];
}

/** Computes a quantile like the default of pandas. */
function quantile(sorted: readonly number[], p: number): number {
  const at = (sorted.length - 1) * p;
  const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.floor(at) + 1]];
  return low + (high - low) * (at - Math.floor(at));
}

/** A value that denotes no error: `null`, an empty list or object, or a text such as `None` or `NaN`. */
const isNone = (value: unknown) =>
  value === null ||
  (typeof value === 'object' && Object.keys(value).length === 0) ||
  /^(?:|null|none|nan|false|\{\s*\}|\[\s*\]|<(?:NaN|-?Infinity)>)$/i.test(String(value).trim());

/** A request succeeded if it has neither an error code nor an error. */
const isGood = ({ error_code: errorCode = null, error_msg: error = null }: Fields) =>
  isNone(errorCode) && isNone(error);

function expectStatistics(report: Report, given: readonly Fields[]): void {
  const good = given.filter(isGood);
  const [stage] = report.stages;
  expect(stage?.counts).toMatchObject({ issued: given.length, ok: good.length, failed: given.length - good.length });
  for (const [field, [metric, scale]] of Object.entries(llmperfSeries)) {
    const sorted = good.flatMap((each) => numberIn(each[field], scale)).sort((a, b) => a - b);
    const ours = stage?.requests[metric];
    expect(ours?.n, field).toBe(sorted.length);
    if (sorted.length === 0) continue;
    expect([ours?.min, ours?.max], field).toEqual([sorted[0], sorted.at(-1)]);
    const size = Math.max(...sorted.map(Math.abs));
    for (const p of [0.25, 0.5, 0.75, 0.9, 0.95, 0.99])
      expect(Math.abs(Number(ours?.[`p${100 * p}` as 'p50']) - quantile(sorted, p)) / (size || 1), field).toBeLessThan(
        1e-12,
      );
    const mean = sorted.reduce((sum, value) => sum + value / sorted.length, 0);
    expect(Math.abs(Number(ours?.mean) - mean) / (size || 1), field).toBeLessThan(1e-12);
  }
}

async function importText(individualResponses: string | undefined, summary?: string) {
  const body = {
    results: [
      {
        ...(summary === undefined ? {} : { summary }),
        ...(individualResponses === undefined ? {} : { individualResponses }),
      },
    ],
  };
  return bench.ask('POST', '/v1/imports', { body });
}

async function reportIn(runId: string, endings: readonly string[] = []): Promise<Report> {
  for (const ending of endings)
    expect(
      (
        await bench.app.request(`/v1/runs/${runId}/report${ending}`, {
          headers: { authorization: `Bearer ${bench.key}` },
        })
      ).status,
      ending,
    ).toBe(200);
  return reportSchema.parse((await bench.ask('GET', `/v1/runs/${runId}/report`)).json);
}

test('any valid responses are imported, and their statistics equal those of their numbers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), async (given) => {
      const answer = await importText(write(given));
      if (answer.status === 400 && answer.text.includes('contains a field named __proto__')) return;
      if (answer.status === 400) {
        const fields = Object.keys(made).filter((name) => name !== 'error_msg');
        expect(
          given.some((each) => fields.some((name) => Object.hasOwn(each, name))),
          answer.text,
        ).toBe(false);
        return;
      }
      expect(answer.status, answer.text).toBe(201);
      expectStatistics(await reportIn(answer.json.runId), given);
    }),
    { numRuns: countCases(16) },
  );
});

const sets = readLlmperfSets();
const summaries: Fields[] = [
  { model: 'm', results_num_requests_started: 3, results_number_errors: 1, results_num_completed_requests: 2 },
  ...sets.map(({ summary }) => JSON.parse(summary.replaceAll(/\bNaN\b/g, 'null'))),
];
const oddName = fc.stringMatching(/^[a-z_ ".{}]{1,12}$/);
const summaryChange = fc.constantFrom(...summaries).chain((base) =>
  fc.record({
    base: fc.constant(base),
    changes: fc.dictionary(fc.constantFrom(...Object.keys(base)), odd, { maxKeys: 6 }),
    missing: fc.uniqueArray(fc.constantFrom(...Object.keys(base)), { maxLength: 6 }),
    metadata: fc.dictionary(oddName, odd, { maxKeys: 3 }),
    withNan: fc.boolean(),
  }),
);

test('any summary is imported or rejected with a pointer, and the report has its counts', async () => {
  await fc.assert(
    fc.asyncProperty(
      summaryChange,
      fc.boolean(),
      async ({ base, changes, missing, metadata, withNan }, withRecords) => {
        const whole = Object.entries({ ...base, ...metadata, ...changes }).filter(([name]) => !missing.includes(name));
        // LLMPerf writes NaN for statistics without successful requests.
        const given = Object.fromEntries(
          whole.map(([name, value]) => [name, withNan && /_s_|tokens_/.test(name) ? '<NaN>' : value]),
        );
        const answer = await importText(withRecords ? write([made]) : undefined, write(given));
        if (answer.status === 400) {
          expect(answer.json.faults[0].pointer).toMatch(/^\/results\/0/);
          expect(answer.json.faults[0].fault).toMatch(
            /does not contain any requests|without the individual responses|is not an LLMPerf summary|contains a field named __proto__/,
          );
          return;
        }
        expect(answer.status, answer.text).toBe(201);
        const { counts, requests } = (await reportIn(answer.json.runId)).stages[0] ?? {};
        expect(counts?.issued).toBe((counts?.ok ?? 0) + (counts?.failed ?? 0));
        if (withRecords) expect(counts?.issued).toBe(1);
        const [p50] = numberIn(given['results_ttft_s_quantiles_p50'], 1_000);
        if (!withRecords && (counts?.ok ?? 0) > 0) expect(requests?.ttftMs.p50).toBe(p50 ?? null);
      },
    ),
    { numRuns: countCases(16) },
  );
});

test('a run whose requests all failed has failures and null metrics', async () => {
  const failed = { ...made, error_code: 429, ttft_s: 0, end_to_end_latency_s: 0 };
  const summary =
    '{"model": "m", "results_num_requests_started": 3, "results_number_errors": 3, "results_num_completed_requests": 0, "results_ttft_s_mean": NaN, "results_error_code_frequency": "{429.0: 3}"}';
  for (const responses of [write([failed, failed, failed]), undefined]) {
    const answer = await importText(responses, summary);
    const [stage] = (await reportIn(answer.json.runId, ['.txt', '.md', '.csv', '.html', '/llmperf-summary.json']))
      .stages;
    expect(stage?.counts).toMatchObject({ issued: 3, ok: 0, failed: 3, byOutcome: { rate_limited: 3 } });
    expect(stage?.requests.ttftMs).toMatchObject({ n: 0, mean: null, reason: 'no request succeeded' });
  }
});

test('fifty summaries of maximum size are one run', async () => {
  const note = 'x'.repeat(45_000);
  const results = Array.from({ length: 50 }, (_, i) => ({
    summary: { model: `m-${i % 20}`, note, results_num_requests_started: 1, results_num_completed_requests: 1 },
  }));
  const answer = await bench.ask('POST', '/v1/imports', { body: { results } });
  expect(answer.status, answer.text.slice(0, 300)).toBe(201);
  const { json } = await bench.ask('GET', `/v1/runs/${answer.json.runId}/report`);
  expect(json.stages).toHaveLength(50);
});
