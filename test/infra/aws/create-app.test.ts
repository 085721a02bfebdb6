import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { expect, test } from 'vitest';

test('the installed CDK command line can read the output of the library', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-cdk-'));
  try {
    const app = new App({ outdir: folder });
    new CfnResource(new Stack(app, 'tokenmeter-small'), 'Queue', { type: 'AWS::SQS::Queue' });
    app.synth();
    const cdk = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin/cdk');
    const listing = await promisify(execFile)(process.execPath, [cdk, 'ls', '--app', folder, '--no-notices'], {
      env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' },
    });
    expect(listing.stdout.trim()).toBe('tokenmeter-small');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
