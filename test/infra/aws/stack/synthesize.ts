import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { z } from 'zod';
import { createApp } from '../../../../infra/aws/create-app.ts';
import { type Options, parseOptions } from '../../../../infra/aws/options.ts';
import { functionNames } from '../../../../infra/aws/stack/function-settings.ts';

export type Resource = { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string };
export type Synthesized = {
  app: App;
  template: Template;
  resources: Record<string, Resource>;
  /** Returns the properties of all resources of a type, by logical id. */
  ofType(type: string): [string, Record<string, unknown>][];
};

/** Synthesizes a stage with these options. The bundles are empty; they have their own tests. */
export function synthesize(options: Partial<Options> = {}, stackName = 'tokenmeter-test'): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-synth-'));
  try {
    for (const name of functionNames) {
      mkdirSync(join(folder, 'bundles', name), { recursive: true });
      writeFileSync(join(folder, 'bundles', name, 'index.mjs'), `// ${name}`);
    }
    const source = { stage: 'test', options: parseOptions(options), bundleFolder: join(folder, 'bundles') };
    const app = createApp(source, join(folder, 'cdk.out'));
    const template = Template.fromStack(app.node.findChild(stackName) as Stack); // its children are stacks
    const resources: Record<string, Resource> = template.toJSON()['Resources'];
    const ofType = (type: string) =>
      Object.entries(resources).flatMap(([id, { Type, Properties }]): [string, Record<string, unknown>][] =>
        Type === type ? [[id, Properties]] : [],
      );
    return { app, template, resources, ofType };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the environment of a function's properties. */
export function readEnvironment(properties: Record<string, unknown>): Record<string, unknown> {
  return z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) }).parse(properties)
    .Environment.Variables;
}
