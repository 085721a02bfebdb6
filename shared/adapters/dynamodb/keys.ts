/* Keys of all items. Zero-padded numbers sort numerically. Ids sort by creation time, except those of `deriveId`. */

export type ItemKey = { pk: string; sk: string };

const padNumber = (value: number, digits: number) => String(value).padStart(digits, '0');

const stageDigits = 4;
const batchDigits = 5;

export const runPartition = (runId: string) => `RUN#${runId}`;
export const tenantPartition = (tenantId: string) => `TENANT#${tenantId}`;

/** Partition of a dataset's text. The dataset's item in the tenant's partition determines the owner. */
export const datasetPartition = (datasetId: string) => `DATASET#${datasetId}`;

/** Partition of one batch's blocks. One partition for all blocks would exceed DynamoDB's 1,000 write units/s. */
export const blockPartition = (runId: string, stageIndex: number, batchIndex: number) =>
  `RUN#${runId}#B${stageIndex}#${batchIndex}`;

/** Kinds of block items: samples (`S`), timelines (`T`), and sketches of chunk gaps (`G`), each read separately. */
export type BlockKind = 'S' | 'T' | 'G';

export const blockPrefix = (kind: BlockKind) => `${kind}#`;

export const blockSortKey = (kind: BlockKind, attempt: number, sequence: number) =>
  `${blockPrefix(kind)}${padNumber(attempt, 5)}#${padNumber(sequence, 7)}`;

/** Parses the sort key of a block. Returns null for other keys, such as the key of a timeline's second part. */
export function parseBlockSortKey(sk: string): { attempt: number; sequence: number } | null {
  const match = /^[STG]#(\d{5})#(\d{7})$/.exec(sk);
  return match === null ? null : { attempt: Number(match[1]), sequence: Number(match[2]) };
}

/** Partition of a tenant's runs in the index of lists. */
export const runListPartition = (tenantId: string) => `${tenantPartition(tenantId)}#RUNS`;

/** Keys of an active run in the index of pending work. */
export const activePartition = 'ACTIVE';
export const activeSortKey = (tenantId: string, runId: string) => `${tenantId}#${runId}`;

/** Key of the claims of all groups to workers. */
export const workerClaimsKey: ItemKey = { pk: 'WORKER_CLAIMS', sk: 'WORKER_CLAIMS' };

export const runKey = (runId: string): ItemKey => ({ pk: runPartition(runId), sk: 'RUN' });

/** Key of a run's counters. They have a separate partition, because the run's partition receives many heartbeats. */
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

export const notePrefix = (stageIndex: number) => `NOTE#${padNumber(stageIndex, stageDigits)}#`;

export const noteKey = (runId: string, stageIndex: number, batchIndex: number, position: number): ItemKey => ({
  pk: runPartition(runId),
  sk: `${notePrefix(stageIndex)}${padNumber(batchIndex, batchDigits)}#${padNumber(position, 5)}`,
});

export const targetCheckPrefix = 'TARGET_CHECK#';

/** Partition of an owner's target checks: the partition of the run, or a partition of their own. */
export const targetCheckPartition = (ownerId: string) =>
  ownerId.startsWith('run_') ? runPartition(ownerId) : `CHECK#${ownerId}`;

export const targetCheckKey = (ownerId: string, targetIndex: number): ItemKey => ({
  pk: targetCheckPartition(ownerId),
  sk: `${targetCheckPrefix}${padNumber(targetIndex, stageDigits)}`,
});

export const exchangePrefix = 'EXCHANGE#';

/** Key of a recorded exchange. Its numbers are padded, so that exchanges sort by stage and request. */
export const exchangeKey = (ownerId: string, exchangeId: string): ItemKey => ({
  pk: targetCheckPartition(ownerId),
  sk: `${exchangePrefix}${exchangeId.replace(/\d+/g, (digits) => digits.padStart(9, '0'))}`,
});

/** Kinds of tenant items that are identified by an id. */
export type TenantItemKind =
  | 'CREDENTIAL'
  | 'API_KEY'
  | 'WEBHOOK_ENDPOINT'
  | 'DELIVERY'
  | 'DATASET'
  | 'PRICE'
  | 'SCHEDULE'
  | 'AUDIT_EVENT'
  | 'OIDC_RULE';

export const tenantItemKey = (tenantId: string, kind: TenantItemKind, id: string): ItemKey => ({
  pk: tenantPartition(tenantId),
  sk: `${kind}#${id}`,
});

/** Prefix of the sort keys that name the children of an API key. They are in the partition of the parent's tenant. */
export const apiKeyChildPrefix = (apiKeyId: string) => `API_KEY_CHILD#${apiKeyId}#`;

/** Sort key in the index of due work: the due time in ms since 1970 (13 digits suffice until 2286), then the id. */
export const dueSortKey = (atMs: number, id: string) => `${padNumber(Math.max(0, Math.ceil(atMs)), 13)}#${id}`;

/** Builds an item's keys in the index of due work. A null time removes the item from the index. */
export const buildDuePlace = (partition: string, atMs: number | null, id: string) =>
  atMs === null ? { gsi2pk: null, gsi2sk: null } : { gsi2pk: partition, gsi2sk: dueSortKey(atMs, id) };
