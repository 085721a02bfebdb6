import { synthesizeStage } from './create-app.ts';

/** `npm run synth -- prod` prints the paths of a stage's CloudFormation templates. */

const { stacks } = await synthesizeStage(process.argv[2]);
for (const { stackName, templateFullPath } of stacks) console.log(`${stackName}: ${templateFullPath}`);
