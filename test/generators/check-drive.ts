import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import quickstart from '../../examples/quickstart.json' with { type: 'json' };
import { compareValues } from './compare-values.ts';
import type { Exchange } from './recording-proxy.ts';

/** What a driver does, in its order. Paths are patterns. */
const steps: readonly (readonly [method: string, path: string])[] = [
  ['POST', '/v1/runs'],
  ['GET', '/v1/runs/[^/]+'],
  ['GET', '/v1/runs/[^/]+/report'],
  ['GET', '/v1/runs/[^/]+/samples.ndjson'],
  ['GET', '/v1/runs/[^/]+/report.csv'],
  ['GET', '/v1/runs/[^/]+/report.html'],
  ['GET', '/v1/runs/[^/]+/report/llmperf.zip'],
  ['POST', '/v1/imports/files'],
  ['GET', '/v1/compare'],
  ['POST', '/v1/webhook-endpoints'],
  ['DELETE', '/v1/webhook-endpoints/[^/]+'],
  ['DELETE', '/v1/runs/[^/]+'],
];

/** Files that a driver writes: typed values as JSON again, and texts and bytes as they are. */
const values = { 'report.json': '/report', 'comparison.json': '/compare' };
const copies = {
  'samples.ndjson': '/samples.ndjson',
  'report.csv': '/report.csv',
  'report.html': '/report.html',
  'llmperf.zip': '/report/llmperf.zip',
};

const specSchema = z.looseObject({ targets: z.array(z.looseObject({})) });

export type DriveResult = { numbers: number; equalNumbers: number; faults: string[] };

/** Compares what a driver sent and wrote with what the service received and answered. */
export async function checkDrive(exchanges: readonly Exchange[], folder: string): Promise<DriveResult> {
  const result: DriveResult = { numbers: 0, equalNumbers: 0, faults: findMissingSteps(exchanges) };
  const findBody = (ending: string) =>
    exchanges.find(({ method, path }) => method === 'GET' && path.endsWith(ending))?.body ?? Buffer.alloc(0);
  for (const [file, ending] of Object.entries(values)) {
    const copy = await readFile(join(folder, file), 'utf8').catch(() => 'null');
    const { numbers, equalNumbers, faults } = compareValues(parse(findBody(ending)), JSON.parse(copy));
    result.numbers += numbers;
    result.equalNumbers += equalNumbers;
    result.faults.push(...faults.map((fault) => `${file}${fault}`));
  }
  for (const [file, ending] of Object.entries(copies)) {
    const copy = await readFile(join(folder, file)).catch(() => null);
    if (copy === null || !copy.equals(findBody(ending))) result.faults.push(`${file} differs from the response`);
  }
  result.faults.push(...checkSpec(exchanges), ...checkSamples(findBody('/samples.ndjson')));
  return result;
}

function findMissingSteps(exchanges: readonly Exchange[]): string[] {
  const refused = exchanges.filter(({ status }) => status >= 400);
  const missing = steps.filter(
    ([method, path]) =>
      !exchanges.some((exchange) => exchange.method === method && new RegExp(`^${path}$`).test(exchange.path)),
  );
  return [
    ...missing.map(([method, path]) => `${method} ${path} was not called`),
    ...refused.map(({ method, path, status, body }) => `${method} ${path}: ${status} ${body.toString('utf8')}`),
  ];
}

/** Checks that the body of the run is the quickstart, with another address of the target. */
function checkSpec(exchanges: readonly Exchange[]): string[] {
  const created = exchanges.find(({ method, path }) => method === 'POST' && path === '/v1/runs');
  const { data: sent } = specSchema.safeParse(parse(created?.requestBody ?? Buffer.alloc(0)));
  const targets = quickstart.targets.map((target, index) => ({
    ...target,
    baseUrl: sent?.targets[index]?.['baseUrl'],
  }));
  return compareValues({ ...quickstart, targets }, sent).faults.map((fault) => `the spec: ${fault}`);
}

function checkSamples(body: Buffer): string[] {
  const lines = body.toString('utf8').trimEnd().split('\n');
  const planned = (quickstart.load.stages[0]?.requests ?? 0) + quickstart.load.warmupRequests;
  return lines.length === planned ? [] : [`${lines.length} samples, not ${planned}`];
}

function parse(body: Buffer): unknown {
  return body.length === 0 ? null : JSON.parse(body.toString('utf8'));
}
