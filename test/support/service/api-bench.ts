import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { bootstrapApiKey } from '../../../functions/api/api-keys/create-api-key.ts';
import { createApi } from '../../../functions/api/app.ts';
import { composeStores } from '../../../functions/api/compose-stores.ts';
import { mapKinds, nameQueues } from '../../../infra/message-kinds.ts';
import { readDocuments } from '../../../infra/openapi/read-documents.ts';
import type { Item } from '../../../shared/adapters/dynamodb/record.ts';
import { createMasterKeyFile } from '../../../shared/adapters/file-secret-box.ts';
import { createLogger } from '../../../shared/adapters/pino-logger.ts';
import { loadConfig } from '../../../shared/config.ts';
import type { Deps, Stores } from '../../../shared/ports.ts';
import type { Message } from '../../../shared/records/messages.ts';
import type { ApiScope } from '../../../shared/records/records.ts';
import { createMemoryObjects } from '../simulation/memory-objects.ts';
import { createMemoryTable } from '../simulation/memory-table.ts';
import { composeAll } from './compose-all.ts';
import { initialMs, openEmbeddedTable } from './embedded-table.ts';
import { validateResponse } from './validate-response.ts';

export type Answer = {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; null if it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: the contract check validates it; tests name the fields they expect
  json: any;
};
export type AskOptions = {
  key?: string | null;
  body?: unknown;
  raw?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
};

export type ApiBench = {
  deps: Deps;
  app: ReturnType<typeof createApi>;
  /** An API key with all scopes, and its tenant. */
  key: string;
  tenantId: string;
  /** Sent messages in order. */
  sent: Message[];
  /** Returns all log lines. */
  logged(): string;
  /** Sends a request to the API and validates the response against the contract. */
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
  /** Creates another key of the tenant with these scopes. */
  keyWith(scopes: ApiScope[]): Promise<string>;
  /** Creates a key of another tenant with all scopes. */
  foreignKey(): Promise<string>;
  /** Returns all items of the table as text. */
  dump(): Promise<string>;
  close(): Promise<void>;
};

/**
 * Opens the API with real sealing and logging. Messages are stored and not sent.
 * @param kind the table of the stores. Both kinds keep the contract of the stores; memory takes less CPU time
 */
export async function openApiBench(
  environment: Record<string, string> = {},
  change: Partial<Deps> = {},
  kind: 'memory' | 'embedded' = 'memory',
): Promise<ApiBench> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenmeter-api-'));
  const table = await openTable[kind]();
  const masterKeyFile = join(folder, 'master-key');
  await createMasterKeyFile(masterKeyFile);
  const nowhere = 'http://127.0.0.1:9';
  const config = loadConfig({
    TABLE_NAME: table.tableName,
    ...nameQueues(mapKinds((kind) => `${nowhere}/${kind}`)),
    SQS_ENDPOINT: nowhere,
    MASTER_KEY_FILE: masterKeyFile,
    RATE_LIMIT_PER_MINUTE: '1000000',
    TENANT_RATE_LIMIT_PER_MINUTE: '10000000',
    ...environment,
  });
  const lines: string[] = [];
  const sent: Message[] = [];
  const deps: Deps = {
    ...composeAll(config),
    ...table.stores,
    objects: createMemoryObjects(),
    queue: { send: async (message) => void sent.push(message), check: async () => {} },
    logger: createLogger('info', { write: (line) => void lines.push(line) }),
    ...change,
  };
  const app = createApi(deps, readDocuments());
  const { tenantId, key } = await bootstrapApiKey(deps);
  const ask = createAsk(app, key);
  return {
    deps,
    app,
    key,
    tenantId,
    sent,
    logged: () => lines.join(''),
    ask,
    keyWith: async (scopes) => (await ask('POST', '/v1/api-keys', { body: { name: 'test', scopes } })).json.key,
    foreignKey: async () => (await bootstrapApiKey(deps)).key,
    dump: async () => toText(await table.listItems()),
    close: async () => {
      await table.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type BenchTable = { tableName: string; stores: Stores; listItems(): Promise<unknown[]>; close(): Promise<void> };

const openTable: Record<'memory' | 'embedded', () => Promise<BenchTable>> = {
  memory: async () => {
    const items = new Map<string, Item>();
    const stores = composeStores(createMemoryTable(items), { nowMs: () => initialMs });
    return { tableName: 'memory', stores, listItems: async () => [...items.values()], close: async () => {} };
  },
  embedded: async () => {
    const { client, tableName, stores, close } = await openEmbeddedTable();
    const listItems = async () => (await client.send(new ScanCommand({ TableName: tableName }))).Items ?? [];
    return { tableName, stores, listItems, close };
  },
};

/** Writes items as JSON: bytes as text, and sets as lists. */
function toText(items: readonly unknown[]): string {
  return JSON.stringify(items, (_, value) => {
    if (value instanceof Set) return [...value];
    return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
  });
}

/** Creates a function that sends requests with the key unless another key or none is given. */
function createAsk(app: ApiBench['app'], key: string): ApiBench['ask'] {
  return async (method: string, path: string, options: AskOptions = {}): Promise<Answer> => {
    const headers = new Headers(options.headers);
    const bearer = options.key === undefined ? key : options.key;
    if (bearer !== null && !headers.has('authorization')) headers.set('authorization', `Bearer ${bearer}`);
    const body = options.raw ?? (options.body === undefined ? null : JSON.stringify(options.body));
    if (body !== null && !headers.has('content-type')) headers.set('content-type', 'application/json');
    const response = await app.request(path, { method, headers, body, duplex: 'half' });
    const text = await response.text();
    validateResponse(method, path, response, text);
    return { status: response.status, headers: response.headers, text, json: parseJson(response, text) };
  };
}

function parseJson(response: Response, text: string): unknown {
  return /json$/.test((response.headers.get('content-type') ?? '').split(';')[0] ?? '') &&
    text !== '' &&
    !text.includes('\n{')
    ? JSON.parse(text)
    : null;
}

/** Builds a minimal spec. */
export function leastSpec(change: Record<string, unknown> = {}): Record<string, unknown> {
  return { targets: [{ baseUrl: 'https://api.example.com/v1', model: 'm' }], ...change };
}
