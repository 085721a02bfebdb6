import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { bundleFolder, bundleFunctions } from './bundle/bundle-functions.ts';
import { readOptions } from './options.ts';
import { createTokenmeterStack, type StackSource } from './stack/tokenmeter-stack.ts';
import { createWorkerRegionStack } from './stack/worker-region-stack.ts';

/** By default, CDK lets a role write to any log group that has the function's name. This flag prevents that. */
const featureFlags = { '@aws-cdk/aws-lambda:useCdkManagedLogGroup': true };

/** Creates the CDK app of a deployment stage. Fails if cdk-nag reports a finding that is not acknowledged. */
export function createApp(source: StackSource, outdir: string): App {
  const app = new App({ outdir, analyticsReporting: false, context: featureFlags });
  const home = createTokenmeterStack(app, source);
  for (const region of source.options.workerRegions)
    createWorkerRegionStack(app, source, region).addStackDependency(home);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/** Bundles the functions and writes a stage's CloudFormation templates to cdk.out/<stage>. Needs no AWS account. */
export async function synthesizeStage(stage = 'dev') {
  const options = readOptions(stage);
  await bundleFunctions();
  const outdir = join(process.cwd(), 'cdk.out', stage);
  const { stacks } = createApp({ stage, options, bundleFolder }, outdir).synth();
  return { stage, options, outdir, stacks };
}

/** Runs the CDK command line in this terminal, with telemetry and notices off. Throws an error if the command fails. */
export async function runCdk(args: string[]): Promise<void> {
  const cdk = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin/cdk');
  const environment = { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' };
  const child = spawn(process.execPath, [cdk, ...args, '--no-notices'], { stdio: 'inherit', env: environment });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`cdk ${args[0]} failed`);
}
