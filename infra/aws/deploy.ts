import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { composeBase } from '../../functions/compose-base.ts';
import { createApiKeyStore } from '../../shared/adapters/dynamodb/stores/credential-stores.ts';
import { loadConfig } from '../../shared/config.ts';
import type { Deps } from '../../shared/ports.ts';
import { keepFirstApiKey } from '../keep-first-api-key.ts';
import { mapKinds, nameQueues } from '../message-kinds.ts';
import { runCdk, synthesizeStage } from './create-app.ts';
import { nameApiKeyParameter, nameStack } from './names.ts';
import { createParameterKeeper } from './parameter-keeper.ts';
import { describeSilentAlarms } from './stack/alarms/find-silent-regions.ts';

/** `npm run deploy -- prod` bundles the functions, deploys a stage, and ensures that the stage has a first API key. */

const { stage, options, outdir } = await synthesizeStage(process.argv[2]);

const outputsFile = join(outdir, 'outputs.json');
await runCdk(['deploy', '--all', '--app', outdir, '--outputs-file', outputsFile, '--require-approval', 'never']);
const stackOutputs = z.object({ ApiUrl: z.url(), TableName: z.string(), KeyArn: z.string() });
const allOutputs = z.looseObject({ [nameStack(stage)]: stackOutputs });
const outputs = allOutputs.parse(JSON.parse(readFileSync(outputsFile, 'utf8')))[nameStack(stage)];
if (outputs === undefined) throw new Error(`The deployment ${nameStack(stage)} has no outputs`);

const parameter = nameApiKeyParameter(stage);
const keeper = createParameterKeeper(new SSMClient({ region: options.region }), parameter, outputs.KeyArn);
const { created } = await keepFirstApiKey(composeKeyDeps(options.region, outputs.TableName), keeper);
console.log(`API: ${outputs.ApiUrl}
${created ? 'Created the first API key.' : 'The first API key already exists.'} To read it:
  aws ssm get-parameter --region ${options.region} --with-decryption --name ${parameter} --query Parameter.Value --output text`);
const warning = describeSilentAlarms(stage, options);
if (warning !== null) console.warn(`\n${'!'.repeat(80)}\nWARNING: ${warning}\n${'!'.repeat(80)}`);

/** Creates the dependencies for storing an API key in a deployed table. Uses the AWS credentials of the shell. */
function composeKeyDeps(region: string, tableName: string): Pick<Deps, 'apiKeys' | 'clock' | 'config' | 'ids'> {
  const config = loadConfig({
    TABLE_NAME: tableName,
    AWS_REGION: region,
    ...nameQueues(mapKinds(() => 'https://unused.invalid')),
    KMS_KEY_ID: 'unused',
  });
  const { base, table } = composeBase(config);
  return { ...base, apiKeys: createApiKeyStore(table, base.clock) };
}
