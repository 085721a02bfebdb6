import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findLockfileFaults } from '../../infra/lockfile/find-lockfile-faults.ts';
import { findMissingPackages, lockfileSchema } from '../../infra/lockfile/find-missing-packages.ts';

const root = resolve(import.meta.dirname, '../..');
const readJson = (file: string): unknown => JSON.parse(readFileSync(resolve(root, file), 'utf8'));

describe('the lock file', () => {
  test('has an entry for every optional package, which `npm ci` requires', () => {
    // If this fails: npm run lockfile:complete
    expect(findMissingPackages(lockfileSchema.parse(readJson('package-lock.json')))).toEqual([]);
  });

  test('has a hash, the registry as source, and an allowed license for every package', () => {
    expect(findLockfileFaults(readJson('package-lock.json'), readJson('package.json'))).toEqual([]);
    const runtime = 'test/infra/lambda/runtime';
    const [lockfile, project] = [readJson(`${runtime}/package-lock.json`), readJson(`${runtime}/package.json`)];
    expect(findLockfileFaults(lockfile, project, { isTool: true })).toEqual([]);
  });

  test('has the Node.js of the service as optional packages of its exact version, which run no script', () => {
    const { packages } = readJson('package-lock.json') as { packages: Record<string, { version: string }> };
    const { optionalDependencies } = readJson('package.json') as { optionalDependencies: Record<string, string> };
    const runtimes = Object.entries(optionalDependencies).filter(([name]) => name.startsWith('node-'));
    expect(new Set(runtimes.map(([, version]) => version)).size).toBe(1);
    for (const [name, version] of runtimes)
      expect(packages[`node_modules/${name}`]).toMatchObject({ version, optional: true });
    expect(packages).not.toHaveProperty('node_modules/node');
  });

  test('reports a missing package with its version and platform, unless Node.js finds it next to its parent or above', () => {
    const lockfile = {
      packages: {
        'node_modules/tool': {
          dev: true,
          optionalDependencies: {
            '@tool/cli-linux-x64': '1.2.3',
            '@tool/cli-win32-arm64': '1.2.3',
            'tool-arm-eabi': '^2.0.0',
          },
        },
        'node_modules/tool/node_modules/@tool/cli-linux-x64': {},
        'node_modules/other/node_modules/deep': {
          optionalDependencies: { '@tool/cli-linux-x64': '1.2.3', above: '1.0.0' },
        },
        'node_modules/above': {},
      },
    };
    expect(findMissingPackages(lockfile)).toEqual([
      {
        location: 'node_modules/@tool/cli-win32-arm64',
        entry: { version: '1.2.3', optional: true, dev: true, os: ['win32'], cpu: ['arm64'] },
      },
      { location: 'node_modules/tool-arm-eabi', entry: { version: '2.0.0', optional: true, dev: true, cpu: ['arm'] } },
      {
        location: 'node_modules/@tool/cli-linux-x64',
        entry: { version: '1.2.3', optional: true, os: ['linux'], cpu: ['x64'] },
      },
    ]);
  });

  test('pins every dependency to one version', () => {
    const { workspaces } = readJson('package.json') as { workspaces: string[] };
    const files = ['.', ...workspaces].map((folder) => `${folder}/package.json`);
    const ranges = files.flatMap((file) => {
      const { dependencies, devDependencies, optionalDependencies } = readJson(file) as Record<
        'dependencies' | 'devDependencies' | 'optionalDependencies',
        Record<string, string> | undefined
      >;
      return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
        ([, version]) => !/^\d/.test(version) || /[ ^~*x|]/.test(version),
      );
    });
    expect(ranges).toEqual([]);
  });
});
