import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';

const folder = join(import.meta.dirname, '../../fixtures/stored-runs');

export type StoredItem = Record<string, AttributeValue>;

export type StoredRuns = {
  /** Every item of the runs except their reports. */
  items: StoredItem[];
  /** The report text of each run, exactly as it was stored, by run id. */
  reports: Map<string, string>;
  /** The request body behind each imported run, by run id. */
  imports: Map<string, unknown>;
};

const reportsSchema = z.record(z.string(), z.string());
const importsSchema = z.record(z.string(), z.unknown());

/** Reads the runs that the given version of the service stored. */
export async function readStoredRuns(version: string): Promise<StoredRuns> {
  const read = async (name: string) =>
    (await promisify(gunzip)(await readFile(join(folder, version, name)))).toString('utf8');
  const [items, reports, imports] = await Promise.all([
    read('items.jsonl.gz'),
    read('reports.json.gz'),
    read('imports.json.gz'),
  ]);
  return {
    items: items.trimEnd().split('\n').map(parseItem),
    reports: new Map(Object.entries(reportsSchema.parse(JSON.parse(reports)))),
    imports: new Map(Object.entries(importsSchema.parse(JSON.parse(imports)))),
  };
}

/** Parses one line in DynamoDB's JSON, in which bytes (`B`) are base64. */
function parseItem(line: string): StoredItem {
  return JSON.parse(line, (name, value) =>
    name === 'B' && typeof value === 'string' ? Buffer.from(value, 'base64') : value,
  );
}
