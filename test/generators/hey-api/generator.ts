import { join } from 'node:path';
import type { Generator } from '../generator.ts';
import { compileTypescript, driveTypescript, installPackages } from '../typescript-commands.ts';

const version = '0.99.0';

export const heyApi: Generator = {
  name: 'hey-api',
  language: 'TypeScript, fetch',
  version,
  contract: '3.1',
  needs: ['node', 'npm'],
  install: (folders) => [installPackages(folders, [`@hey-api/openapi-ts@${version}`])],
  generate: ({ tools, work }, contract) => [
    {
      command: join(tools, 'node_modules/.bin/openapi-ts'),
      args: ['-i', contract, '-o', 'client', '--no-log-file'],
      cwd: work,
    },
  ],
  client: { folder: 'client', ending: '.gen.ts' },
  // An object in a component. Parts of operations and records are no anonymous types.
  anonymousType: /^ {4}(?!body|path|query|headers|sse)[a-z]\w*\??: \{\n(?! {8}\[key)/,
  lossWarning: /warn|unsupported/i,
  compile: compileTypescript,
  drive: driveTypescript,
};
