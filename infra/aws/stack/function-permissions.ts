import type { MessageKind } from '../../../shared/records/messages.ts';
import type { FunctionName } from './function-settings.ts';

export type FunctionPermissions = {
  /** DynamoDB actions that are allowed on the table. */
  table: readonly string[];
  /** Indexes that the function may query. */
  indexes: readonly string[];
  /** Queues that the function may send to. */
  send: readonly MessageKind[];
  /** Queues whose attributes the function may read. */
  inspect: readonly MessageKind[];
  /** KMS actions that are allowed on the key that encrypts secrets. */
  key: readonly string[];
};

const none = { indexes: [], send: [], inspect: [], key: [] };

/**
 * Permissions of each function, except those for receiving messages, logging, and tracing. A test runs the whole
 * pipeline, records all AWS calls, and requires exactly these permissions.
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
    ...none,
    table: ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    indexes: ['gsi1'],
    send: ['advance', 'batch', 'deliver', 'finalize'],
  },
  worker: {
    ...none,
    table: ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    send: ['advance', 'batch'],
    key: ['Decrypt'],
  },
  finalizer: {
    ...none,
    table: ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    indexes: ['gsi1'],
    send: ['deliver'],
  },
  notifier: { ...none, table: ['GetItem', 'UpdateItem'], send: ['deliver'], key: ['Decrypt'] },
  supervisor: {
    ...none,
    table: ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    indexes: ['gsi2'],
    send: ['advance', 'deliver'],
    // Permission to encrypt the webhook secrets of runs that schedules start.
    key: ['Encrypt'],
  },
};
