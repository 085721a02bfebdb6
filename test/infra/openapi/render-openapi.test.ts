import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { endpoints } from '../../../functions/api/endpoints.ts';
import { renderOpenapi } from '../../../infra/openapi/render-openapi.ts';

const committed = readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8');
const document = parse(committed);

test('openapi.yaml matches the schemas of the endpoints', () => {
  expect(committed).toBe(renderOpenapi());
});

describe.each(endpoints.map(({ method, path, scope }) => ({ method, path, scope })))(
  '$method $path',
  ({ method, path, scope }) => {
    const operation = document.paths[path][method];

    test('documents its purpose, its scope, and its errors', () => {
      expect(operation.summary.length).toBeGreaterThan(5);
      if (scope === null) return expect(operation.security).toEqual([]);
      expect(operation.description).toContain(`\`${scope}\``);
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403', '406', '429', '500']));
    });
  },
);

test('operation ids and paths are unique', () => {
  const ids = endpoints.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(endpoints.map(({ method, path }) => `${method} ${path}`)).size).toBe(endpoints.length);
});

test('no response schema contains a secret', () => {
  for (const name of ['Credential', 'ApiKey', 'Run', 'RunSpec', 'WebhookEndpoint', 'Delivery', 'Manifest'])
    expect(JSON.stringify(document.components.schemas[name])).not.toMatch(/"(apiKey|key|secret|sealed\w*|sha256)":/);
});
