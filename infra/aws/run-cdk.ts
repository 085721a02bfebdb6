import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Runs the CDK command line in this terminal, without telemetry and notices. Throws Error if it fails. */
export async function runCdk(args: string[]): Promise<void> {
  const cdk = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin/cdk');
  const environment = { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' };
  const child = spawn(process.execPath, [cdk, ...args, '--no-notices'], { stdio: 'inherit', env: environment });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`cdk ${args[0]} failed`);
}
