import { join } from 'node:path';
import { bundleFolder, bundleFunctions } from './bundle/bundle-functions.ts';
import { createApp } from './create-app.ts';
import { optionsOf } from './options.ts';
import { readStage } from './read-stage.ts';

/* `npm run synth -- prod`: the CloudFormation template of a stage, in cdk.out/<stage>. It wants neither account nor network. */

const stage = readStage(process.argv[2]);
await bundleFunctions();
const outdir = join(process.cwd(), 'cdk.out', stage);
const assembly = createApp({ stage, options: optionsOf(stage), bundleFolder }, outdir).synth();
for (const { stackName, templateFullPath } of assembly.stacks) console.log(`${stackName}: ${templateFullPath}`);
