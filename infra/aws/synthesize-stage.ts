import { join } from 'node:path';
import { bundleFolder, bundleFunctions } from './bundle/bundle-functions.ts';
import { createApp } from './create-app.ts';
import { optionsOf } from './options.ts';

/** Bundles the functions, and writes the CloudFormation templates of a stage to cdk.out/<stage>. It needs neither account nor network. */
export async function synthesizeStage(stage = 'dev') {
  const options = optionsOf(stage);
  await bundleFunctions();
  const outdir = join(process.cwd(), 'cdk.out', stage);
  const { stacks } = createApp({ stage, options, bundleFolder }, outdir).synth();
  return { stage, options, outdir, stacks };
}
