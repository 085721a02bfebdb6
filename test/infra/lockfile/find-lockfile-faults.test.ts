import { expect, test } from 'vitest';
import { findLockfileFaults } from '../../../infra/lockfile/find-lockfile-faults.ts';

const sound = { version: '1.0.0', integrity: `sha512-${'a'.repeat(86)}==`, license: 'MIT' };
const find = (packages: Record<string, unknown>) =>
  findLockfileFaults({ packages }, { allowScripts: { built: true, other: false } });

test('a sound package, a bundled package, the own packages, and an unavailable binary of a tool pass', () => {
  const { integrity: _, ...bundled } = sound;
  const packages = {
    '': { name: 'project' },
    bench: { version: '1.0.0' },
    'node_modules/@own/bench': { resolved: 'bench', link: true },
    'node_modules/a': sound,
    'node_modules/b': { ...sound, resolved: 'https://registry.npmjs.org/b/-/b-1.0.0.tgz' },
    'node_modules/a/node_modules/built': { ...sound, hasInstallScript: true },
    'node_modules/c': { ...bundled, inBundle: true },
    'node_modules/d': { ...sound, license: '(GPL-3.0-or-later OR MIT)' },
    'node_modules/e': { ...sound, license: 'Apache-2.0 AND BSL-1.0' },
    'node_modules/f': { ...sound, license: 'MPL-2.0', dev: true },
    'node_modules/@tool/darwin': { version: '1.0.0', dev: true, optional: true, os: ['darwin'] },
  };
  expect(find(packages)).toEqual([]);
});

test.each([
  [
    { ...sound, resolved: 'https://mirror.example.com/a-1.0.0.tgz' },
    'comes from https://mirror.example.com/a-1.0.0.tgz',
  ],
  [{ ...sound, resolved: 'git+ssh://git@github.com/a/a.git#1' }, 'comes from git+ssh://git@github.com/a/a.git#1'],
  [{ version: '1.0.0', license: 'MIT' }, 'has no sha512 hash'],
  [{ ...sound, integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, 'has no sha512 hash'],
  [{ version: '1.0.0', optional: true, license: 'MIT' }, 'has no sha512 hash'],
  [{ ...sound, hasInstallScript: true }, 'runs an install script'],
  [{ ...sound, license: 'MPL-2.0' }, 'has the license MPL-2.0'],
  [{ ...sound, license: 'MIT AND GPL-3.0-only' }, 'has the license MIT AND GPL-3.0-only'],
  [{ version: '1.0.0', integrity: sound.integrity }, 'has the license (none)'],
])('%j is reported', (locked, fault) => {
  expect(find({ 'node_modules/x/node_modules/@a/other': locked })).toEqual([
    `node_modules/x/node_modules/@a/other@1.0.0 ${fault}`,
  ]);
});
