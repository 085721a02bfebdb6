import { join } from 'node:path';
import type { Generator } from '../generator.ts';
import { compileTypescript, driveTypescript, installPackages } from '../typescript-commands.ts';

const version = '8.38.0';

export const orval: Generator = {
  name: 'orval',
  language: 'TypeScript, fetch',
  version,
  contract: '3.1',
  needs: ['node', 'npm'],
  install: (folders) => [installPackages(folders, [`orval@${version}`])],
  generate: ({ tools, work }, contract) => [
    {
      command: join(tools, 'node_modules/.bin/orval'),
      args: ['--config', 'orval.config.mjs'],
      cwd: work,
      env: { CONTRACT: contract },
    },
  ],
  client: { folder: 'client', ending: '.ts' },
  // An object in a schema.
  anonymousType: /^ {2}[a-z]\w*\??: \{$/,
  lossWarning: /warn|unsupported/i,
  compile: compileTypescript,
  drive: driveTypescript,
};
