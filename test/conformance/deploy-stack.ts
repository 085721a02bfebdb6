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
 * Synthesises the stack with its real bundles, publishes those to moto's S3 and has moto's CloudFormation make the stack,
 * without what it does not support, which is told of.
 * @returns the stack's name, which the table's and the queues' names begin with
 * @throws Error where the stack does not come to be
 */
export async function deployStack(endpoint: string, tell: (line: string) => void): Promise<string> {
  await bundleFunctions();
  const folder = await mkdtemp(join(tmpdir(), 'tokenmeter-conformance-'));
  try {
    const { stacks } = createApp({ stage: stackStage, options: stackOptions, bundleFolder }, folder).synth();
    const [stack] = stacks;
    if (stack === undefined) throw new Error('The app has no stack');
    const template = templateSchema.parse(JSON.parse(await readFile(stack.templateFullPath, 'utf8')));
    const supported = await supportedTypes();
    const { template: adapted, leftOut, outputsLeftOut } = adaptTemplate(template, (type) => supported.has(type));
    tell(
      `${Object.keys(adapted.Resources).length} of ${Object.keys(template.Resources).length} resources; moto has no`,
    );
    for (const [type, ids] of leftOut) tell(`  ${type} (${ids.length})`);
    tell(`  so outputs ${outputsLeftOut.join(', ')} are left out`);
    await publishAssets(endpoint, folder, stack.stackName);
    await createStack(endpoint, stack.stackName, adapted);
    return stack.stackName;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Asks moto itself. */
async function supportedTypes(): Promise<ReadonlySet<string>> {
  const script =
    'import json; from moto.cloudformation.parsing import get_model_map; print(json.dumps(list(get_model_map())))';
  const { stdout } = await promisify(execFile)(join(cacheFolder, 'moto', 'bin', 'python'), ['-c', script]);
  return new Set(z.array(z.string()).parse(JSON.parse(stdout)));
}

/** As `cdk deploy` does: each bundle as a zip, under the name that the template gives. */
async function publishAssets(endpoint: string, folder: string, stackName: string): Promise<void> {
  const text = await readFile(join(folder, `${stackName}.assets.json`), 'utf8');
  const { files } = assetsSchema.parse(
    JSON.parse(text.replaceAll(/\$\{AWS::AccountId\}/g, motoClientSettings.accountId)),
  );
  const put = async (path: string, body?: Uint8Array<ArrayBuffer>) => {
    const response = await fetch(`${endpoint}/${path}`, { method: 'PUT', ...(body === undefined ? {} : { body }) });
    if (!response.ok) throw new Error(`moto's S3 answered ${response.status} to PUT ${path}`);
  };
  for (const { source, destinations } of Object.values(files)) {
    // The template itself is given to CloudFormation as it is.
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
    // What `cdk bootstrap` leaves in an account, and the template asks for.
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
    if (status !== 'CREATE_COMPLETE') throw new Error(`The stack is ${status}: ${Stacks[0]?.StackStatusReason}`);
  } finally {
    ssm.destroy();
    cloudFormation.destroy();
  }
}
