import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { buildManifest, serializeManifest } from '../../../shared/records/manifest.ts';
import { runSpecSchema } from '../../../shared/spec/run-spec.ts';

const target = { id: 'a', baseUrl: 'https://a.example.com', model: 'm', credentialId: null };
const makeRunSpec = (change: object = {}, targetChange: object = {}) =>
  runSpecSchema.parse({ seed: 1, targets: [{ ...target, ...targetChange }], ...change });
const computeHash = (spec: ReturnType<typeof makeRunSpec>, maxStreamsPerWorker = 64) =>
  serializeManifest(buildManifest({ spec, maxStreamsPerWorker })).sha256;

test('the hash is the SHA-256 of the canonical bytes', () => {
  const { json, sha256 } = serializeManifest(buildManifest({ spec: makeRunSpec(), maxStreamsPerWorker: 64 }));
  expect(sha256).toBe(createHash('sha256').update(Buffer.from(json, 'utf8')).digest('hex'));
});

test('the credential and the order of fields do not change the hash', () => {
  const credentialId = `crd_${'0'.repeat(26)}`;
  expect(computeHash(makeRunSpec({}, { credentialId }))).toBe(computeHash(makeRunSpec()));
  const turned = Object.fromEntries(Object.entries(makeRunSpec()).toReversed());
  expect(computeHash(runSpecSchema.parse(turned))).toBe(computeHash(makeRunSpec()));
  expect(
    JSON.stringify(buildManifest({ spec: makeRunSpec({}, { credentialId }), maxStreamsPerWorker: 64 })),
  ).not.toContain('crd_');
});

test('everything that changes a request or the plan changes the hash', () => {
  const hashes = [
    computeHash(makeRunSpec()),
    computeHash(makeRunSpec({ seed: 2 })),
    computeHash(makeRunSpec({}, { model: 'n' })),
    computeHash(makeRunSpec({}, { body: { temperature: 0 } })),
    computeHash(makeRunSpec({ order: 'interleaved' })),
    computeHash(makeRunSpec({ workload: { kind: 'number-words' } })),
    computeHash(makeRunSpec(), 32),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});
