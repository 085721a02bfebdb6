import { join } from 'node:path';
import type { Command } from '../support/commands/run-command.ts';
import type { Folders } from './generator.ts';

/** Compiles one package at a time, because a generated client is large. */
const env = { GOFLAGS: '-p=1' };

export function installGoProgram({ tools }: Folders, program: string): Command {
  return { command: 'go', args: ['install', program], cwd: tools, env: { ...env, GOBIN: tools } };
}

/** Compiles client and driver, and checks both with vet. */
export function compileGo({ work }: Folders): Command[] {
  const steps = [
    ['mod', 'tidy'],
    ['vet', './...'],
    ['build', '-o', 'drive', '.'],
  ];
  return steps.map((args) => ({ command: 'go', args, cwd: work, env }));
}

export function driveGo({ work }: Folders): Command {
  return { command: join(work, 'drive'), args: [], cwd: work };
}
