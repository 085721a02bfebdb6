import { synthesizeStage } from './synthesize-stage.ts';

/* `npm run synth -- prod`: prints where the CloudFormation templates of a stage are. */

const { stacks } = await synthesizeStage(process.argv[2]);
for (const { stackName, templateFullPath } of stacks) console.log(`${stackName}: ${templateFullPath}`);
