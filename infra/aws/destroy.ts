import { SSMClient } from '@aws-sdk/client-ssm';
import { apiKeyParameterOf } from './name-of.ts';
import { removeParameter } from './parameter-keeper.ts';
import { runCdk } from './run-cdk.ts';
import { synthesizeStage } from './synthesize-stage.ts';

/* `npm run destroy -- dev`: removes the stage's stack, its data and its first API key. The command line asks before it does. */

const { stage, options, outdir } = await synthesizeStage(process.argv[2]);
if (options.removal === 'retain')
  throw new Error(
    `The stage ${stage} keeps its data. To remove it: set removal: 'destroy' in infra/aws/options.ts, deploy, then destroy`,
  );
await runCdk(['destroy', '--all', '--app', outdir]);
await removeParameter(new SSMClient({ region: options.region }), apiKeyParameterOf(stage));
