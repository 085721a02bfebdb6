import { join } from 'node:path';
import type { Command } from '../support/commands/run-command.ts';
import type { Folders } from './generator.ts';

/** Installs Python packages in an environment of their own. */
export function installPythonPackages({ tools }: Folders, packages: readonly string[]): Command[] {
  return [
    { command: 'python3', args: ['-m', 'venv', 'env'], cwd: tools },
    { command: join(tools, 'env/bin/pip'), args: ['install', '--quiet', 'mypy==1.18.2', ...packages], cwd: tools },
  ];
}

/** Checks the types of the driver in the strict mode of mypy. The templates of the generators do not pass that mode. */
export function compilePython({ tools, work }: Folders): Command[] {
  return [
    { command: join(tools, 'env/bin/mypy'), args: ['--strict', '--follow-imports=silent', 'drive.py'], cwd: work },
  ];
}

export function drivePython({ tools, work }: Folders): Command {
  return { command: join(tools, 'env/bin/python'), args: ['drive.py'], cwd: work };
}
