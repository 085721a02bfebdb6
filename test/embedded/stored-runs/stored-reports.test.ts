import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createApiKey } from '../../../functions/api/api-keys/create-api-key.ts';
import { createApi } from '../../../functions/api/app.ts';
import { apiKeySecretBytes } from '../../../functions/api/http/auth/admit-request.ts';
import { readDocuments } from '../../../infra/openapi/read-documents.ts';
import { apiScopes } from '../../../shared/records/records.ts';
import { type ChartName, chartNames } from '../../../shared/report/sections/charts/charts.ts';
import { validateResponse } from '../../support/service/validate-response.ts';
import { isLong } from '../../support/test-form.ts';
import { finalizeAgain, readRun, takeReport } from './finalize-again.ts';
import { describeDifferences, findDifferences, takeTexts } from './find-differences.ts';
import { openStoredTable, type StoredTable } from './open-stored-table.ts';
import { readStoredRuns } from './read-stored-runs.ts';
import { type Json, renameReport } from './rename-report.ts';
import { addedFields, renamedFields, renamedValues } from './renamed.ts';
import { reshapeReport } from './reshape-report.ts';

const stored = await readStoredRuns('0.1.0');
const jsonSchema: z.ZodType<Json> = z.json();
const runs = [...stored.reports].map(([runId, text]) => ({ runId, text, name: findName(text) }));
/** Runs and the charts to draw. Drawing is slow, so few are drawn. */
const charted = new Map<string, readonly ChartName[]>([
  ['base-two', chartNames],
  ['cancelled', ['timeline']],
]);
/** Runs whose pages are drawn: one of each kind. The long form draws the page of every run. */
const paged = new Set(['base-two', 'sweep-knee', 'rate-gamma-refuse', 'faults', 'cancelled', 'summary only']);

let table: StoredTable;
let app: ReturnType<typeof createApi>;
let key: string;

beforeAll(async () => {
  table = await openStoredTable(stored);
  app = createApi(table.deps, readDocuments());
  const [first] = runs;
  const { tenantId } = await readRun(table, first?.runId ?? '');
  const apiKeyId = table.deps.ids.next('apiKey');
  const wanted = { name: 'test', scopes: [...apiScopes] };
  const seed = { apiKeyId, secret: table.deps.ids.randomBytes(apiKeySecretBytes) };
  ({ key } = await createApiKey(
    table.deps,
    { tenantId, apiKeyId, scopes: apiScopes, expiresAtMs: null },
    wanted,
    seed,
  ));
});
afterAll(() => table.close());

/** Calls the API and checks the answer against the contract. */
async function ask(path: string): Promise<string> {
  const response = await app.request(path, { headers: { authorization: `Bearer ${key}` } });
  const text = await response.text();
  expect(response.status, `${path}: ${text.slice(0, 300)}`).toBe(200);
  validateResponse('GET', path, response, text);
  return text;
}

describe('a report stored by 0.1.0', () => {
  test.each(runs)('has the current names and is otherwise unchanged: $name', async ({ runId, text }) => {
    const run = await readRun(table, runId);
    const now = jsonSchema.parse(JSON.parse(await ask(`/v1/runs/${runId}/report`)));
    const before = jsonSchema.parse(JSON.parse(text));
    const hash = { at: '/run/manifestSha256', from: computeHash(before), to: run.manifestSha256 };
    const values = [...renamedValues, hash];
    const expected = reshapeReport(
      renameReport(before, { fields: renamedFields, values, added: addedFields }, new Set()),
    );
    expect(describeDifferences(findDifferences(expected, now))).toBe('');
    for (const rest of ['', '/samples.json?limit=10', '/samples.csv']) await ask(`/v1/runs/${runId}${rest}`);
    if (run.spec.imported !== undefined) return;
    const manifest = await ask(`/v1/runs/${runId}/manifest`);
    expect(createHash('sha256').update(manifest).digest('hex')).toBe(run.manifestSha256);
  });

  test.each(runs)(
    'has the content of a report that is built today in every format: $name',
    async ({ runId, name, text }) => {
      const pages = isLong || paged.has(name) ? ['html'] : [];
      const forms = ['txt', 'csv', 'md', ...pages].map((ending) => `report.${ending}`);
      const charts = charted.get(name)?.map((chart) => `charts/${chart}.svg`) ?? [];
      const paths = [...forms, ...charts].map((rest) => `/v1/runs/${runId}/${rest}`);
      const before = jsonSchema.parse(JSON.parse(await ask(`/v1/runs/${runId}/report`)));
      await finalizeAgain(table, await readRun(table, runId));
      const built = new Map<string, string>();
      for (const path of paths) built.set(path, await ask(path));
      const now = jsonSchema.parse(JSON.parse(await takeReport(table, runId, text)));
      // The other formats are slow to render, and are rendered from the same content below.
      for (const ending of ['txt', 'md']) await ask(`/v1/runs/${runId}/report.${ending}`);
      await table.deps.reports.put(runId, JSON.stringify(takeTexts(before, now)));
      for (const path of paths) expect(await ask(path), path).toBe(built.get(path));
      await table.deps.reports.put(runId, text);
    },
  );

  test('is compared with others in every format', async () => {
    const named = new Map(runs.map(({ name, runId }) => [name, runId]));
    const pair = ['base-two', 'two-interleaved-baseline'].map((name) => named.get(name)).join(',');
    for (const ending of ['', '.txt', '.md', '.html']) {
      const text = await ask(`/v1/compare${ending}?runs=${pair}`);
      expect(text).toContain(ending === '' ? '"inconclusive"' : 'anyscale');
    }
  });
});

function computeHash(report: Json): string {
  return z.object({ run: z.object({ manifestSha256: z.string() }) }).parse(report).run.manifestSha256;
}

function findName(text: string): string {
  const { run } = z
    .object({ run: z.object({ name: z.string().nullable(), runId: z.string() }) })
    .parse(JSON.parse(text));
  return run.name ?? run.runId;
}
