import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { endpoints } from '../../../functions/api/endpoints.ts';

const { components, paths } = parse(readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8'));

function listStatuses(operationId: string): string[] {
  const { path = '', method = '' } = endpoints.find((endpoint) => endpoint.operationId === operationId) ?? {};
  return Object.keys(paths[path][method].responses);
}

test('every operation can be limited, because requests without a key have a limit of their own', () => {
  expect(endpoints.some(({ scope }) => scope === null)).toBe(true);
  const missing = endpoints.filter(({ operationId }) => !listStatuses(operationId).includes('429'));
  expect(missing.map(({ operationId }) => operationId)).toEqual([]);
});

test('the list of audit events has a tag and can be unchanged', () => {
  expect(listStatuses('listAuditEvents')).toContain('304');
});

test('an estimate can conflict with the deletion of its dataset', () => {
  expect(listStatuses('createEstimate')).toContain('409');
});

test.each([
  'getArchive',
  'getDatasetContent',
  'getExchange',
  'getManifest',
  'getReport',
  'getTargetCheckExchange',
  'listExchanges',
  'listSamples',
])('%s can be too large to be sent', (operationId) => {
  expect(endpoints.find((endpoint) => endpoint.operationId === operationId)?.isLarge).toBe(true);
  expect(listStatuses(operationId)).toContain('400');
});

test('headers of requests are in canonical case', () => {
  const texts = JSON.stringify([paths, components.parameters]);
  const names = [...texts.matchAll(/"in":"header","name":"([^"]+)"/g)].map(([, name]) => name);
  expect(names).toContain('Last-Event-ID');
  expect(names.filter((name) => !/^[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*$/.test(name ?? ''))).toEqual([]);
});
