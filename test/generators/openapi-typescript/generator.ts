import { join } from 'node:path';
import type { Generator } from '../generator.ts';
import { compileTypescript, driveTypescript, installPackages } from '../typescript-commands.ts';

const version = '7.13.0';

export const openapiTypescript: Generator = {
  name: 'openapi-typescript',
  language: 'TypeScript, openapi-fetch 0.17.0',
  version,
  contract: '3.1',
  needs: ['node', 'npm'],
  install: (folders) => [installPackages(folders, [`openapi-typescript@${version}`, 'openapi-fetch@0.17.0'])],
  generate: ({ tools, work }, contract) => [
    {
      command: join(tools, 'node_modules/.bin/openapi-typescript'),
      args: [contract, '-o', 'client/openapi.d.ts'],
      cwd: work,
    },
  ],
  client: { folder: 'client', ending: '.ts' },
  // An object in a component. Parts of operations and records are no anonymous types.
  anonymousType: /^ {12}(?!path|query|header|cookie|content|\d)\w+\??: \{\n(?! {16}\[key)/,
  lossWarning: /warn|unsupported/i,
  compile: compileTypescript,
  drive: driveTypescript,
};
