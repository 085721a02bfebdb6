/* Keys of all items. Numbers are zero-padded, so keys sort numerically. Random ids sort by time; derived ids do not. */

export type ItemKey = { pk: string; sk: string };

const padNumber = (value: number, digits: number) => String(value).padStart(digits, '0');

export const stageDigits = 4;
export const batchDigits = 5;

export const runPartition = (runId: string) => `RUN#${runId}`;
export const tenantPartition = (tenantId: string) => `TENANT#${tenantId}`;

/** Partition of a dataset's text. Only the item in the tenant's partition says who owns the dataset. */
export const datasetPartition = (datasetId: string) => `DATASET#${datasetId}`;

/** Partition of one batch's blocks. A large run exceeds the 1,000 write units/s that DynamoDB allows per partition key. */
export const blockPartition = (runId: string, stageIndex: number, batchIndex: number) =>
  `RUN#${runId}#B${stageIndex}#${batchIndex}`;

/** Kinds of block items: samples (`S`), timelines (`T`), and sketches of gaps (`G`). Each can be read separately. */
export type BlockKind = 'S' | 'T' | 'G';

export const blockPrefix = (kind: BlockKind) => `${kind}#`;

export const blockSortKey = (kind: BlockKind, attempt: number, sequence: number) =>
  `${blockPrefix(kind)}${padNumber(attempt, 5)}#${padNumber(sequence, 7)}`;

/** Parses the sort key of a block; null for any other key, such as a further part of a timeline. */
export function parseBlockSortKey(sk: string): { attempt: number; sequence: number } | null {
  const match = /^[STG]#(\d{5})#(\d{7})$/.exec(sk);
  return match === null ? null : { attempt: Number(match[1]), sequence: Number(match[2]) };
}

export const runKey = (runId: string): ItemKey => ({ pk: runPartition(runId), sk: 'RUN' });

/** Counters have a partition of their own, because the run's partition already takes the batches' heartbeats. */
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

/** Kinds of tenant items that have their own ids. */
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

/** Sort key of due work in the work index: the due time (13 digits of milliseconds last until the year 2286), then the id. */
export const dueSortKey = (atMs: number, id: string) => `${padNumber(Math.max(0, Math.ceil(atMs)), 13)}#${id}`;
