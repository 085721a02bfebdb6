import { SSMClient } from '@aws-sdk/client-ssm';
import { runCdk, synthesizeStage } from './create-app.ts';
import { nameApiKeyParameter } from './names.ts';
import { removeParameter } from './parameter-keeper.ts';
import { removeBucket } from './remove-bucket.ts';

/** `npm run destroy -- dev` prompts for confirmation, then deletes the stack, data, objects, and first API key of a stage. */

const { stage, options, outdir } = await synthesizeStage(process.argv[2]);
if (options.removal === 'retain')
  throw new Error(
    `The deployment stage ${stage} keeps its data when it is deleted. To delete the data also, set removal: 'destroy' for this stage in infra/aws/options.ts, deploy it, and run this command again`,
  );
await runCdk(['destroy', '--all', '--app', outdir]);
// The functions are gone, so no new objects arrive.
await removeBucket(stage, options.region);
await removeParameter(new SSMClient({ region: options.region }), nameApiKeyParameter(stage));
