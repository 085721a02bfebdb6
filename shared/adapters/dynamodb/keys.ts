/* Where each item lives. Numbers are zero-padded so that keys sort as they do. Ids drawn by `Ids` sort by time; derived ones do not. */

export type ItemKey = { pk: string; sk: string };

const padNumber = (value: number, digits: number) => String(value).padStart(digits, '0');

export const stageDigits = 4;
export const batchDigits = 5;

export const runPartition = (runId: string) => `RUN#${runId}`;
export const tenantPartition = (tenantId: string) => `TENANT#${tenantId}`;

/** The partition of a dataset's text; that it is a tenant's is told by the tenant's item alone. */
export const datasetPartition = (datasetId: string) => `DATASET#${datasetId}`;

/**
 * The partition of a batch's blocks. Each batch has its own: the workers of a large run write more than the 1,000 units a
 * second that DynamoDB takes for one partition key.
 */
export const blockPartition = (runId: string, stageIndex: number, batchIndex: number) =>
  `RUN#${runId}#B${stageIndex}#${batchIndex}`;

/** What a block is stored as: samples (`S`), timelines (`T`) and sketches of gaps (`G`), apart, so that each read reads little. */
export type BlockKind = 'S' | 'T' | 'G';

export const blockPrefix = (kind: BlockKind) => `${kind}#`;

export const blockSortKey = (kind: BlockKind, attempt: number, sequence: number) =>
  `${blockPrefix(kind)}${padNumber(attempt, 5)}#${padNumber(sequence, 7)}`;

/** The attempt and sequence a block's sort key names; null where it is none (a further part of a timeline). */
export function parseBlockSortKey(sk: string): { attempt: number; sequence: number } | null {
  const match = /^[STG]#(\d{5})#(\d{7})$/.exec(sk);
  return match === null ? null : { attempt: Number(match[1]), sequence: Number(match[2]) };
}

export const runKey = (runId: string): ItemKey => ({ pk: runPartition(runId), sk: 'RUN' });

/** A partition of its own: that of the run has the batches' heartbeats to carry. */
export const countersKey = (runId: string): ItemKey => ({ pk: `RUN#${runId}#COUNTERS`, sk: 'COUNTERS' });

export const stageKey = (runId: string, stageIndex: number): ItemKey => ({
  pk: runPartition(runId),
  sk: `STAGE#${padNumber(stageIndex, stageDigits)}`,
});

export const batchPrefix = (stageIndex?: number) =>
  stageIndex === undefined ? 'BATCH#' : `BATCH#${padNumber(stageIndex, stageDigits)}#`;

export const batchKey = (runId: string, stageIndex: number, batchIndex: number): ItemKey => ({
  pk: runPartition(runId),
  sk: `${batchPrefix(stageIndex)}${padNumber(batchIndex, batchDigits)}`,
});

/** The kinds of items of a tenant that have an id of their own. */
export type TenantItemKind =
  | 'CREDENTIAL'
  | 'API_KEY'
  | 'WEBHOOK_ENDPOINT'
  | 'DELIVERY'
  | 'DATASET'
  | 'PRICE'
  | 'SCHEDULE';

export const tenantItemKey = (tenantId: string, kind: TenantItemKind, id: string): ItemKey => ({
  pk: tenantPartition(tenantId),
  sk: `${kind}#${id}`,
});

/** Sort key of a pending delivery in the work index: by the instant it is due (13 digits of milliseconds reach the year 2286). */
export const dueSortKey = (atMs: number, deliveryId: string) =>
  `${padNumber(Math.max(0, Math.ceil(atMs)), 13)}#${deliveryId}`;
