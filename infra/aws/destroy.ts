import { join } from 'node:path';
import { SSMClient } from '@aws-sdk/client-ssm';
import { bundleFolder, bundleFunctions } from './bundle/bundle-functions.ts';
import { createApp } from './create-app.ts';
import { apiKeyParameterOf } from './name-of.ts';
import { optionsOf } from './options.ts';
import { removeParameter } from './parameter-keeper.ts';
import { readStage } from './read-stage.ts';
import { runCdk } from './run-cdk.ts';

/* `npm run destroy -- dev`: removes the stage's stack, its data and its first API key. The command line asks before it does. */

const stage = readStage(process.argv[2]);
const options = optionsOf(stage);
if (options.removal === 'retain')
  throw new Error(
    `The stage ${stage} keeps its data. To remove it: set removal: 'destroy' in infra/aws/options.ts, deploy, then destroy`,
  );
const outdir = join(process.cwd(), 'cdk.out', stage);
await bundleFunctions();
createApp({ stage, options, bundleFolder }, outdir).synth();
await runCdk(['destroy', '--all', '--app', outdir]);
await removeParameter(new SSMClient({ region: options.region }), apiKeyParameterOf(stage));
