import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { keepFirstApiKey } from '../keep-first-api-key.ts';
import { apiKeyParameterOf, nameOf } from './name-of.ts';
import { createParameterKeeper } from './parameter-keeper.ts';
import { runCdk } from './run-cdk.ts';
import { stackDeps } from './stack-deps.ts';
import { synthesizeStage } from './synthesize-stage.ts';

/* `npm run deploy -- prod`: bundles, deploys the stage's stack, and sees that it has a first API key. */

const { stage, options, outdir } = await synthesizeStage(process.argv[2]);

const outputsFile = join(outdir, 'outputs.json');
await runCdk(['deploy', '--all', '--app', outdir, '--outputs-file', outputsFile, '--require-approval', 'never']);
const stackOutputs = z.object({ ApiUrl: z.url(), TableName: z.string(), KeyArn: z.string() });
const outputs = z.looseObject({ [nameOf(stage)]: stackOutputs }).parse(JSON.parse(readFileSync(outputsFile, 'utf8')))[
  nameOf(stage)
];
if (outputs === undefined) throw new Error(`The deployment gave no outputs of ${nameOf(stage)}`);

const parameter = apiKeyParameterOf(stage);
const keeper = createParameterKeeper(new SSMClient({ region: options.region }), parameter, outputs.KeyArn);
const { created } = await keepFirstApiKey(stackDeps(options.region, outputs.TableName), keeper);
console.log(`The API is at ${outputs.ApiUrl}
Its first key is ${created ? 'new' : 'the one there was'}. To read it:
  aws ssm get-parameter --region ${options.region} --with-decryption --name ${parameter} --query Parameter.Value --output text`);
