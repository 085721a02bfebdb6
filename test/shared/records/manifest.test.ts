import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { buildManifest, serializeManifest } from '../../../shared/records/manifest.ts';
import { runSpecSchema } from '../../../shared/spec/run-spec.ts';

const target = { id: 'a', baseUrl: 'https://a.example.com', model: 'm', credentialId: null };
const specOf = (change: object = {}, targetChange: object = {}) =>
  runSpecSchema.parse({ seed: 1, targets: [{ ...target, ...targetChange }], ...change });
const hashOf = (spec: ReturnType<typeof specOf>, maxStreamsPerWorker = 64) =>
  serializeManifest(buildManifest({ spec, maxStreamsPerWorker })).sha256;

test('the hash is the SHA-256 of the canonical bytes', () => {
  const { json, sha256 } = serializeManifest(buildManifest({ spec: specOf(), maxStreamsPerWorker: 64 }));
  expect(sha256).toBe(createHash('sha256').update(Buffer.from(json, 'utf8')).digest('hex'));
});

test('the credential and the order of fields do not change the hash', () => {
  const credentialId = `crd_${'0'.repeat(26)}`;
  expect(hashOf(specOf({}, { credentialId }))).toBe(hashOf(specOf()));
  const turned = Object.fromEntries(Object.entries(specOf()).toReversed());
  expect(hashOf(runSpecSchema.parse(turned))).toBe(hashOf(specOf()));
  expect(JSON.stringify(buildManifest({ spec: specOf({}, { credentialId }), maxStreamsPerWorker: 64 }))).not.toContain(
    'crd_',
  );
});

test('everything that changes a request or the plan changes the hash', () => {
  const hashes = [
    hashOf(specOf()),
    hashOf(specOf({ seed: 2 })),
    hashOf(specOf({}, { model: 'n' })),
    hashOf(specOf({}, { body: { temperature: 0 } })),
    hashOf(specOf({ order: 'interleaved' })),
    hashOf(specOf({ workload: { kind: 'number-words' } })),
    hashOf(specOf(), 32),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});
