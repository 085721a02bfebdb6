import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tokenmeterVersion } from '../../shared/version.ts';

/*
 * `npm run clients:generate` generates the sources of the clients from openapi.yaml, and gives the clients the version of
 * the contract. It publishes nothing. `-- typescript` or `-- python` selects one.
 */

const clients = fileURLToPath(new URL('../../clients', import.meta.url));

/** Runs a command. Ends the process if the command fails. */
function run(folder: string, command: string, ...args: string[]): void {
  const { status } = spawnSync(command, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) {
    console.error(`${command} ${args.join(' ')} failed. docs/clients.md lists what must be installed.`);
    process.exit(1);
  }
}

function writeVersion(file: string, line: RegExp): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replace(line, (found) => found.replace(/\d+\.\d+\.\d+/, tokenmeterVersion)),
  );
}

const generators: Record<string, () => void> = {
  typescript: () => {
    const folder = join(clients, 'typescript');
    writeVersion(join(folder, 'package.json'), /^ {2}"version": ".*"/m);
    run(folder, 'npm', 'install', '--no-package-lock', '--no-audit', '--no-fund');
    run(folder, 'npm', 'run', 'build');
  },
  python: () => {
    const folder = join(clients, 'python');
    const tools = join(folder, '.venv/bin');
    writeVersion(join(folder, 'pyproject.toml'), /^version = ".*"/m);
    run(folder, 'python3', '-m', 'venv', '.venv');
    run(folder, join(tools, 'pip'), 'install', '--quiet', 'openapi-python-client==0.29.1', 'ruff');
    const output = ['--output-path', 'tokenmeter_client', '--meta', 'none', '--overwrite'];
    const input = ['--path', '../../openapi.yaml', '--config', 'settings.yaml', '--fail-on-warning'];
    // The generator formats its output with ruff, which it looks for in PATH.
    process.env['PATH'] = `${tools}:${process.env['PATH']}`;
    run(folder, join(tools, 'openapi-python-client'), 'generate', ...input, ...output);
  },
};

const wanted = process.argv.slice(2);
for (const [name, generate] of Object.entries(generators)) if (wanted.length === 0 || wanted.includes(name)) generate();
