import type { MessageKind } from '../../../shared/records/messages.ts';
import type { FunctionName } from '../function-names.ts';

export type FunctionPermissions = {
  /** DynamoDB actions on the table. */
  table: readonly string[];
  /** Indexes that may be queried. */
  indexes: readonly string[];
  /** Queues that messages may be sent to. */
  send: readonly MessageKind[];
  /** Queues that may be asked for their attributes. */
  inspect: readonly MessageKind[];
  /** KMS actions on the key that seals secrets. */
  key: readonly string[];
};

/**
 * All that each function may do besides receiving its messages, logging and tracing. A test runs every function through
 * the whole pipeline, records its calls, and wants these lists to be exactly those.
 */
export const functionPermissions: Record<FunctionName, FunctionPermissions> = {
  api: {
    table: ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    indexes: ['gsi1', 'gsi2'],
    send: ['advance', 'deliver'],
    inspect: ['advance', 'batch', 'deliver', 'finalize'],
    key: ['Decrypt', 'Encrypt'],
  },
  coordinator: {
    table: ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    indexes: ['gsi1'],
    send: ['advance', 'batch', 'deliver', 'finalize'],
    inspect: [],
    key: [],
  },
  worker: {
    table: ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    indexes: [],
    send: ['advance', 'batch'],
    inspect: [],
    key: ['Decrypt'],
  },
  finalizer: {
    table: ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    indexes: ['gsi1'],
    send: ['deliver'],
    inspect: [],
    key: [],
  },
  notifier: { table: ['GetItem', 'UpdateItem'], indexes: [], send: ['deliver'], inspect: [], key: ['Decrypt'] },
  supervisor: {
    table: ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    indexes: ['gsi2'],
    send: ['advance', 'deliver'],
    inspect: [],
    // The secrets of webhooks that come with the spec of a schedule.
    key: ['Encrypt'],
  },
};
