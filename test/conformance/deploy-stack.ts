import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { zipSync } from 'fflate';
import { z } from 'zod';
import { bundleFolder, bundleFunctions } from '../../infra/aws/bundle/bundle-functions.ts';
import { createApp } from '../../infra/aws/create-app.ts';
import { adaptTemplate, type Template, templateSchema } from './adapt-template.ts';
import { cacheFolder } from './cache-folder.ts';
import { motoClientSettings, stackOptions, stackStage } from './moto-account.ts';

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.string() }),
      destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })),
    }),
  ),
});

/**
 * Synthesizes the stack with its bundles, uploads them to moto's S3, and creates the stack with moto's CloudFormation,
 * without the unsupported resources, which are reported.
 * @returns the name of the stack, which is the prefix of the table and queue names
 * @throws Error if the stack is not created
 */
export async function deployStack(endpoint: string, tell: (line: string) => void): Promise<string> {
  await bundleFunctions();
  const folder = await mkdtemp(join(tmpdir(), 'tokenmeter-conformance-'));
  try {
    const { stacks } = createApp({ stage: stackStage, options: stackOptions, bundleFolder }, folder).synth();
    const [stack] = stacks;
    if (stack === undefined) throw new Error('The app has no stack.');
    const template = templateSchema.parse(JSON.parse(await readFile(stack.templateFullPath, 'utf8')));
    const supported = await supportedTypes();
    const { template: adapted, removed, removedOutputs } = adaptTemplate(template, (type) => supported.has(type));
    tell(
      `${Object.keys(adapted.Resources).length} of ${Object.keys(template.Resources).length} resources; moto has no`,
    );
    for (const [type, ids] of removed) tell(`  ${type} (${ids.length})`);
    tell(`  Removed outputs: ${removedOutputs.join(', ')}`);
    await publishAssets(endpoint, folder, stack.stackName);
    await createStack(endpoint, stack.stackName, adapted);
    return stack.stackName;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads the resource types that moto supports. */
async function supportedTypes(): Promise<ReadonlySet<string>> {
  const script =
    'import json; from moto.cloudformation.parsing import get_model_map; print(json.dumps(list(get_model_map())))';
  const { stdout } = await promisify(execFile)(join(cacheFolder, 'moto', 'bin', 'python'), ['-c', script]);
  return new Set(z.array(z.string()).parse(JSON.parse(stdout)));
}

/** Uploads each bundle as a zip file with its name in the template, as `cdk deploy` does. */
async function publishAssets(endpoint: string, folder: string, stackName: string): Promise<void> {
  const text = await readFile(join(folder, `${stackName}.assets.json`), 'utf8');
  const { files } = assetsSchema.parse(
    JSON.parse(text.replaceAll(/\$\{AWS::AccountId\}/g, motoClientSettings.accountId)),
  );
  const put = async (path: string, body?: Uint8Array<ArrayBuffer>) => {
    const response = await fetch(`${endpoint}/${path}`, { method: 'PUT', ...(body === undefined ? {} : { body }) });
    if (!response.ok) throw new Error(`PUT ${path} to moto's S3 returned ${response.status}.`);
  };
  for (const { source, destinations } of Object.values(files)) {
    // CloudFormation receives the template directly.
    if (source.packaging !== 'zip') continue;
    const asset = join(folder, source.path);
    const names = await readdir(asset);
    const contents = await Promise.all(names.map(async (name) => [name, await readFile(join(asset, name))] as const));
    for (const { bucketName, objectKey } of Object.values(destinations)) {
      await put(bucketName);
      await put(`${bucketName}/${objectKey}`, zipSync(Object.fromEntries(contents)));
    }
  }
}

async function createStack(endpoint: string, StackName: string, template: Template): Promise<void> {
  const settings = { endpoint, ...motoClientSettings };
  const ssm = new SSMClient(settings);
  const cloudFormation = new CloudFormationClient(settings);
  try {
    // The template requires this parameter of `cdk bootstrap`.
    const bootstrap = {
      Name: '/cdk-bootstrap/hnb659fds/version',
      Value: '30',
      Type: 'String',
      Overwrite: true,
    } as const;
    await ssm.send(new PutParameterCommand(bootstrap));
    const Capabilities = ['CAPABILITY_NAMED_IAM' as const];
    await cloudFormation.send(
      new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template), Capabilities }),
    );
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const status = Stacks[0]?.StackStatus;
    if (status !== 'CREATE_COMPLETE')
      throw new Error(`The stack has status ${status}: ${Stacks[0]?.StackStatusReason}`);
  } finally {
    ssm.destroy();
    cloudFormation.destroy();
  }
}
