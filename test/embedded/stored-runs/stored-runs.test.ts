import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { importRun } from '../../../functions/api/imports/import-run.ts';
import { importBodySchema, readJsonImport } from '../../../functions/api/imports/read-import.ts';
import { buildManifest, serializeManifest } from '../../../shared/records/manifest.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { finalizeAgain, readRun, takeReport } from './finalize-again.ts';
import { type Difference, describeDifferences, findDifferences } from './find-differences.ts';
import { openStoredTable, type StoredTable } from './open-stored-table.ts';
import { readStoredRuns } from './read-stored-runs.ts';
import { type Json, pathMatcher, renameReport } from './rename-report.ts';
import {
  addedFields,
  type FieldRename,
  momentFields,
  recomputedFields,
  renamedFields,
  renamedImportFields,
  renamedValues,
  type ValueRename,
} from './renamed.ts';
import { reshapeReport } from './reshape-report.ts';

const stored = await readStoredRuns('0.1.0');
const jsonSchema: z.ZodType<Json> = z.json();
const identitySchema = z.object({ run: z.object({ name: z.string().nullable(), manifestSha256: z.string() }) });

const runs = [...stored.reports].map(([runId, text]) => ({ runId, text, name: findName(text) ?? runId }));
const imports = runs.flatMap((run) =>
  stored.imports.has(run.runId) ? [{ ...run, body: stored.imports.get(run.runId) }] : [],
);

let table: StoredTable;
beforeAll(async () => {
  table = await openStoredTable(stored);
});
afterAll(async () => {
  await table.close();
});

describe('the report of a run stored by an earlier version', () => {
  test.each(runs)('is unchanged except for renames: $name', async ({ runId, text }) => {
    const ended = await readRun(table, runId);
    await finalizeAgain(table, ended);
    const again = await readRun(table, runId);
    const { status, failure, trustReasons } = hasNoGoodRequest(again) ? again : ended;
    expectSame(text, await takeReport(table, runId, text), { ...ended, failure });
    expectSameRecord({ ...ended, status, failure, trustReasons, endStatus: again.endStatus }, again);
  });

  test.each(imports)('is the same when the files are imported again: $name', async ({ runId, text, body }) => {
    const { deps } = table;
    const { createdAtMs, tenantId, ...record } = await readRun(table, runId);
    await deps.runs.remove(runId, 1, 1);
    await deps.runs.clear(runId, () => false);
    table.clock.atMs = createdAtMs;
    const again = await importRun(
      { deps, tenantId },
      readJsonImport(importBodySchema.parse(renamedImport(body))),
      runId,
    );
    expectSame(text, await takeReport(table, runId, text), again);
    expectSameRecord({ ...record, createdAtMs, tenantId }, again);
  });
});

describe('the comparison', () => {
  test('finds every number that differs', () => {
    for (const { text } of runs) {
      let numbers = 0;
      const report = jsonSchema.parse(JSON.parse(text));
      const altered: unknown = JSON.parse(text, (_, value) => {
        if (typeof value !== 'number') return value;
        numbers += 1;
        return value === 0 ? Number.MIN_VALUE : value * (1 + 2 * Number.EPSILON);
      });
      expect(findDifferences(report, jsonSchema.parse(altered))).toHaveLength(numbers);
    }
  });

  test('finds missing fields, new fields, and a different order in a list', () => {
    const before = { run: { stop: null, seed: 7 }, stages: [1, 2] };
    const differences = findDifferences(before, { run: { stop: null, tag: 'x' }, stages: [2, 1] });
    expect(describeDifferences(differences, 3)).toBe(
      '/run/seed: stored 7, now (absent)\n/run/tag: stored (absent), now "x"\n/stages/0: stored 1, now 2\nand 1 more',
    );
  });

  test('ignores the wording of a text, but not the name of a value', () => {
    const before = { stop: { reason: 'run_canceled' }, cost: { value: null, reason: 'no request succeeded' } };
    const now = { stop: { reason: 'cost_limit' }, cost: { value: null, reason: 'no good request' } };
    expect(findDifferences(before, now).map(({ path }) => path)).toEqual(['/stop/reason']);
  });

  test('applies a rename only at its path, and never changes a number', () => {
    const fields = [{ within: '/stages/*', from: 'centre', to: 'center' }];
    const values = [
      { at: '/run/stop', from: 'run_canceled', to: 'run_cancelled' },
      { at: '/**', from: /\bserialise/g, to: 'serialize' },
    ];
    const before = { run: { stop: 'run_canceled', note: '2 serialised' }, centre: 1, stages: [{ centre: 2 }] };
    const used = new Set<FieldRename | ValueRename>();
    expect(renameReport(before, { fields, values }, used)).toEqual({
      run: { stop: 'run_cancelled', note: '2 serialized' },
      centre: 1,
      stages: [{ center: 2 }],
    });
    expect(used).toEqual(new Set([...fields, ...values]));
    const careless = { fields: [], values: [{ at: '/run/note', from: /\d+/, to: '3' }] };
    expect(() => renameReport(before, careless, new Set())).toThrow('changes a digit at /run/note');
  });

  test('lists no rename that matches nothing', () => {
    const used = new Set<FieldRename | ValueRename>();
    for (const { text } of runs) renamed(text, used);
    expect([...renamedFields, ...renamedValues].filter((rename) => !used.has(rename))).toEqual([]);
  });
});

function expectSameRecord(before: RunRecord, now: RunRecord): void {
  const [stored, again] = [before, now].map((record) => jsonSchema.parse(JSON.parse(JSON.stringify(record))));
  expect(describeDifferences(findDifferences(stored ?? null, again ?? null, isNewOnRecords))).toBe('');
}

/** Runs store their use and the tries when they are finalized, which earlier versions did not. */
const newOnRecords = ['/usage', '/finalizeTries', '/finalizeTriedAtMs'].map(pathMatcher);
const isNewOnRecords: ReturnType<typeof pathMatcher> = (path) => newOnRecords.some((matches) => matches(path));

/** Whether no request of a run succeeded. Such a run fails. In earlier versions, it completed. */
const hasNoGoodRequest = ({ failure }: RunRecord) => failure?.code === 'no_good_request';

function expectSame(before: string, now: string, run: RunRecord): void {
  const matchers = [...momentFields, ...recomputedFields].map(({ at }) => pathMatcher(at));
  const expected = withManifestHash(renamed(before), run);
  if (hasNoGoodRequest(run)) matchers.push(pathMatcher('/run/failure'), pathMatcher('/run/status'));
  const differences = findDifferences(expected, jsonSchema.parse(JSON.parse(now)), (path) =>
    matchers.some((matches) => matches(path)),
  );
  // If every request failed at once, the steady window is too short to tell how many were open.
  const isUntold = ({ path }: Difference) => hasNoGoodRequest(run) && path.startsWith('/trust/reasons/');
  const isNewMetric = ({ path }: Difference) => path === '/metrics/usageTokensPerChunk';
  const rest = differences.filter((difference) => !isUntold(difference) && !isNewMetric(difference));
  expect(describeDifferences(rest)).toBe('');
}

/** Returns the report with the hash of the run's manifest, which changes only with the names in its spec. */
function withManifestHash(report: Json, run: RunRecord): Json {
  if (!hasRenamedSpec(run)) return report;
  const { manifestSha256 } = identitySchema.parse(report).run;
  const hash = { at: '/run/manifestSha256', from: manifestSha256, to: serializeManifest(buildManifest(run)).sha256 };
  return renameReport(report, { fields: [], values: [hash] }, new Set());
}

function hasRenamedSpec({ spec }: RunRecord): boolean {
  const isSearchingSlo = spec.load.mode === 'sweep' && spec.load.search?.find === 'slo';
  return (
    isSearchingSlo || spec.imported !== undefined || spec.assertions.some(({ targetId }) => targetId !== undefined)
  );
}

function renamedImport(body: unknown): Json {
  return renameReport(jsonSchema.parse(body), { fields: renamedImportFields, values: [] }, new Set());
}

function renamed(text: string, used = new Set<FieldRename | ValueRename>()): Json {
  const expected = { fields: renamedFields, values: renamedValues, added: addedFields };
  return reshapeReport(renameReport(jsonSchema.parse(JSON.parse(text)), expected, used));
}

function findName(report: string): string | null {
  return identitySchema.parse(JSON.parse(report)).run.name;
}
