import { z } from 'zod';
import { encodeIdTime, idPrefixes } from '../../../ids/ids.ts';
import type { RunListRequest } from '../../../ports.ts';
import { isTerminal, type RunRecord, runLabelsSchema, runStatuses } from '../../../records/records.ts';
import { matchesFilter, type RunFilter } from '../../../records/run-filter.ts';
import { findRunSource, runSources } from '../../../records/run-source.ts';
import type { Page } from '../../../tenant-stores.ts';
import type { ItemTable } from '../item-table.ts';
import {
  activePartition,
  activeSortKey,
  type ItemKey,
  runKey,
  runListPartition,
  runPartition,
  tenantPartition,
} from '../keys.ts';
import { type CursorScope, decodeCursor, encodeCursor, parseEach } from '../list-page.ts';
import type { Item } from '../record.ts';
import { isHidden } from './remove-run.ts';

/** Maximum number of runs that a page examines, so that a filter that matches few runs does not take long. */
const maxExaminedRuns = 500;
const chunkSize = 100;

/** Key of an extra item that puts a run in its schedule's list. The run's main item is in the tenant's list. */
export const scheduledKey = (runId: string): ItemKey => ({ pk: runPartition(runId), sk: 'SCHEDULED' });
export const scheduleListPartition = (tenantId: string, scheduleId: string) =>
  `${tenantPartition(tenantId)}#SCHEDULE#${scheduleId}`;

/**
 * Reads one page of the runs that match a filter. A page examines a limited number of runs, so it can have fewer runs
 * than requested, or none, although more follow. Only the last page has no cursor.
 * @param parse converts the main item of a run
 * @throws AppError INVALID_REQUEST if the cursor is from a list with other conditions
 */
export async function findRuns(
  table: ItemTable,
  tenantId: string,
  request: RunListRequest,
  parse: (item: Item) => Promise<RunRecord>,
): Promise<Page<RunRecord>> {
  const { limit, filter = {}, isOldestFirst = false, maxExamined = maxExaminedRuns } = request;
  const isFiltered = Object.keys(filter).length > 0;
  const list = isFiltered || isOldestFirst ? JSON.stringify(['runs', filter, isOldestFirst]) : 'runs';
  const scope = { tenantId, list };
  const size = isFiltered ? Math.min(chunkSize, maxExamined) : limit + 1;
  const found: RunRecord[] = [];
  let examined = 0;
  let stoppedAt: string | null = null;
  for await (const runIds of walkIndex(table, request, scope, size)) {
    const candidates = isFiltered ? await listCandidates(table, runIds, filter) : runIds;
    while (candidates.length > 0 && found.length <= limit) {
      const items = await table.getMany(candidates.splice(0, limit + 1 - found.length).map(runKey));
      const runs = await parseEach(
        table,
        items.filter((item) => !isHidden(item)),
        parse,
      );
      found.push(...runs.filter((run) => matchesFilter({ ...run, source: findRunSource(run) }, filter)));
    }
    examined += runIds.length;
    if (isFiltered && examined >= maxExamined) stoppedAt = runIds.at(-1) ?? null;
    if (found.length > limit || stoppedAt !== null) break;
  }
  const shown = found.slice(0, limit);
  const position = found.length > limit ? (shown.at(-1)?.runId ?? null) : stoppedAt;
  return { items: shown, cursor: position === null ? null : encodeCursor(scope, position) };
}

/** Iterates over the ids of the runs in the index that fits the filter best, in order, `size` at a time. */
async function* walkIndex(
  table: ItemTable,
  { cursor, filter = {}, isOldestFirst = false }: RunListRequest,
  scope: CursorScope,
  size: number,
): AsyncGenerator<string[]> {
  const { index, partition, prefix, buildKey } = chooseIndex(scope.tenantId, filter);
  const { createdFromMs = null, createdBeforeMs = null } = filter;
  if (createdBeforeMs !== null && createdBeforeMs <= (createdFromMs ?? 0)) return;
  const range = {
    from: `${prefix}${createdFromMs === null ? idPrefixes.run : encodeIdTime('run', createdFromMs)}`,
    to: `${prefix}${createdBeforeMs === null ? idPrefixes.run : encodeIdTime('run', createdBeforeMs - 1)}~`,
  };
  const after = cursor === null ? null : decodeCursor(scope, cursor);
  const startAfter =
    after === null ? undefined : { ...buildKey(after), [`${index}pk`]: partition, [`${index}sk`]: `${prefix}${after}` };
  const query = { index, partition, range, newestFirst: !isOldestFirst, pageSize: size, startAfter };
  let runIds: string[] = [];
  for await (const item of table.query(query)) {
    runIds.push(String(item[`${index}sk`]).slice(prefix.length));
    if (runIds.length < size) continue;
    yield runIds;
    runIds = [];
  }
  if (runIds.length > 0) yield runIds;
}

/** Chooses the index with the fewest other runs. `prefix` is the start of its sort keys, before the run id. */
function chooseIndex(tenantId: string, { scheduleId, statuses }: RunFilter) {
  if (scheduleId !== undefined) {
    const partition = scheduleListPartition(tenantId, scheduleId);
    return { index: 'gsi1', partition, prefix: '', buildKey: scheduledKey } as const;
  }
  if (statuses !== undefined && !statuses.some(isTerminal))
    return {
      index: 'gsi2',
      partition: activePartition,
      prefix: activeSortKey(tenantId, ''),
      buildKey: runKey,
    } as const;
  return { index: 'gsi1', partition: runListPartition(tenantId), prefix: '', buildKey: runKey } as const;
}

const filteredSchema = z.object({
  status: z.enum(runStatuses),
  source: z.enum(runSources),
  scheduleId: z.string().nullable().default(null),
  labels: z.object({
    json: z
      .string()
      .transform((json): unknown => JSON.parse(json))
      .pipe(runLabelsSchema),
  }),
});
const filteredAttributes = ['pk', 'sk', ...Object.keys(filteredSchema.shape)];

/**
 * Lists the runs that may match, without reading their specs. A run whose item lacks an attribute, because version 0.1.0
 * stored it or its labels are large, may match.
 */
async function listCandidates(table: ItemTable, runIds: readonly string[], filter: RunFilter): Promise<string[]> {
  const items = await table.getMany(runIds.map(runKey), filteredAttributes);
  const mayMatch = (item: Item) => {
    const { success, data } = filteredSchema.safeParse(item);
    return !success || matchesFilter({ ...data, labels: data.labels.json }, filter);
  };
  const matching = new Set(items.filter(mayMatch).map((item) => item['pk']));
  return runIds.filter((runId) => matching.has(runPartition(runId)));
}
