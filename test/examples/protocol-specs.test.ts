import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createRequestSigner } from '../../shared/measure/sign-request.ts';
import { checkRunSpec } from '../../shared/spec/check-run-spec.ts';
import { runSpecInputSchema } from '../../shared/spec/run-spec.ts';
import { protocolSchema, storedTargetSchema } from '../../shared/spec/target.ts';
import { listSecrets, noSecrets } from '../../shared/spec/target-secrets.ts';
import { buildRequest } from '../support/factories/build-request.ts';

const folder = fileURLToPath(new URL('../../examples/protocols/', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const read = (file: string) => runSpecInputSchema.parse(JSON.parse(readFileSync(`${folder}${file}`, 'utf8')));
const doc = readFileSync(new URL('../../docs/protocols.md', import.meta.url), 'utf8');

describe('protocol examples', () => {
  test('exist for each protocol, with a row in docs/protocols.md', () => {
    expect(new Set(files.map((file) => read(file).targets[0]?.protocol))).toEqual(new Set(protocolSchema.options));
    for (const protocol of protocolSchema.options) expect(doc).toMatch(new RegExp(`^\\| \`${protocol}\` `, 'm'));
    for (const file of files) expect(doc).toContain(`examples/protocols/${file}`);
  });

  test.each(files)('%s is valid after its key is replaced', (file) => {
    const faults = checkRunSpec(read(file), {
      maxStreamsPerWorker: 64,
      maxWorkersPerRun: 16,
      maxRequestsPerRun: 1_000,
      maxRequestTimeoutMs: 90_000,
      maxResponseBytes: 268_435_456,
      checkAddress: () => [],
    });
    expect(faults).toEqual([]);
  });

  test.each(files)('%s has an obvious placeholder as its key, and can be sent', async (file) => {
    for (const { apiKey = '', credentialId: _credentialId, ...target } of read(file).targets) {
      expect(apiKey).toMatch(/REPLACE/);
      const stored = storedTargetSchema.parse({ ...target, credentialId: null });
      const messages = [{ role: 'user' as const, content: 'x' }];
      const prompt = { messages, inputTokens: 1, maxOutputTokens: 5, expectedNumber: null, inputLines: null };
      const request = buildRequest(stored, prompt, apiKey);
      const signer = createRequestSigner(stored, apiKey, () => 0);
      const headers = { ...request.headers, ...(await signer?.(request)()) };
      const secrets = listSecrets({ ...noSecrets, apiKey });
      expect(Object.values(headers).some((value) => secrets.some((secret) => value.includes(secret)))).toBe(true);
      expect(new URL(request.url).protocol).toBe('https:');
    }
  });
});
