import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, bundleFunctions } from '../../../infra/aws/bundle/bundle-functions.ts';
import { functionNames } from '../../../infra/aws/stack/function-settings.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { buildFirstEvent } from './first-event.ts';
import { installRuntime } from './install-runtime.ts';
import { startSandbox } from './sandbox.ts';

let folder: string;
let bundles: Bundle[];
let cloud: Cloud;

beforeAll(async () => {
  const client = await installRuntime();
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-bundles-'));
  bundles = await bundleFunctions(folder);
  cloud = await startCloud({ client, bundleFolder: folder, maxWorkers: 2, supervisorEveryMs: 600_000 });
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

function describeBundle({ name, files }: Bundle): string {
  const raw = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const packed = files.reduce((sum, { file }) => sum + gzipSync(readFileSync(join(folder, name, file))).length, 0);
  const parts = new Map<string, number>();
  for (const { source, bytes } of files.flatMap((file) => file.parts))
    parts.set(source, (parts.get(source) ?? 0) + bytes);
  const largest = [...parts].sort(([, a], [, b]) => b - a).slice(0, 6);
  const inputs = largest.map(([source, bytes]) => `${source} ${(bytes / 1_000).toFixed(0)}`).join(', ');
  return `${name.padEnd(12)} ${(raw / 1_000).toFixed(0).padStart(5)} ${(packed / 1_000).toFixed(0).padStart(5)}   ${inputs}`;
}

describe('the bundles under the runtime interface client', () => {
  test('are smaller than 3.5 MB each', () => {
    console.log(['kB: raw, gzip, and the largest inputs', ...bundles.map(describeBundle)].join('\n'));
    for (const { name, files } of bundles)
      expect(
        files.reduce((sum, { bytes }) => sum + bytes, 0),
        name,
      ).toBeLessThan(3_500_000);
  });

  test.each(functionNames)('%s starts and answers its first invocation', async (name) => {
    const sandbox = await startSandbox(cloud.sources[name]);
    const end = await sandbox.invoke(buildFirstEvent(name, cloud));
    await sandbox.kill();
    expect(end).toMatchObject({ kind: 'answer' });
  });
});
