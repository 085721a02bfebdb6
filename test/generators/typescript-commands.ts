import { join } from 'node:path';
import type { Command } from '../support/commands/run-command.ts';
import type { Folders } from './generator.ts';

/** Installs packages, and the TypeScript compiler that the generators need. */
export function installPackages({ tools }: Folders, packages: readonly string[]): Command {
  const all = [...packages, 'typescript@5.9.3', '@types/node@24.19.2'];
  return {
    command: 'npm',
    args: ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', tools, ...all],
    cwd: tools,
  };
}

/** Checks the types of client and driver with all strict options. */
export function compileTypescript({ tools, work }: Folders): Command[] {
  // The compiler and the driver find packages in the folder above.
  const link = { command: 'ln', args: ['-sfn', join(tools, 'node_modules'), 'node_modules'], cwd: work };
  return [link, { command: join(tools, 'node_modules/.bin/tsc'), args: ['-p', 'tsconfig.json'], cwd: work }];
}

export function driveTypescript({ work }: Folders): Command {
  return { command: process.execPath, args: ['dist/drive.js'], cwd: work };
}
