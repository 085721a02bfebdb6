import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from '../support/commands/run-command.ts';
import { cacheFolder } from './cache-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** An example of examples/clients. Its commands are those of its README. */
export type Example = {
  name: string;
  needs: readonly string[];
  /** Commands that generate and compile the client in a copy of the example. */
  prepare(folder: string, contracts: Readonly<Record<'3.0' | '3.1', string>>): readonly Command[];
  run(folder: string): Command;
};

/** Uses the tools that the tests of the generators have installed. */
const tool = (generator: string, path: string) => join(cacheFolder, generator, 'tools', path);

const generateClients = (name: string): Command => ({
  command: process.execPath,
  args: ['infra/clients/generate-clients.ts', name],
  cwd: root,
});

export const examples: readonly Example[] = [
  {
    name: 'typescript',
    needs: ['node', 'npm'],
    prepare: (folder) => [
      generateClients('typescript'),
      {
        command: 'npm',
        args: ['install', '--no-package-lock', '--no-audit', '--no-fund', join(root, 'clients/typescript')],
        cwd: folder,
      },
    ],
    run: (folder) => ({ command: process.execPath, args: ['run.ts'], cwd: folder }),
  },
  {
    name: 'python',
    needs: ['python3'],
    prepare: (folder) => [
      generateClients('python'),
      { command: 'python3', args: ['-m', 'venv', '.venv'], cwd: folder },
      { command: '.venv/bin/pip', args: ['install', '--quiet', join(root, 'clients/python')], cwd: folder },
    ],
    run: (folder) => ({ command: '.venv/bin/python', args: ['run.py'], cwd: folder }),
  },
  {
    name: 'go',
    needs: ['go'],
    prepare: (folder, contracts) => [
      { command: 'mkdir', args: ['-p', 'tokenmeter'], cwd: folder },
      {
        command: tool('oapi-codegen', 'oapi-codegen'),
        args: [
          ...['-generate', 'types,client', '-package', 'tokenmeter', '-o', 'tokenmeter/client.gen.go'],
          contracts['3.1'],
        ],
        cwd: folder,
      },
      { command: 'go', args: ['mod', 'tidy'], cwd: folder, env: { GOFLAGS: '-p=1' } },
    ],
    run: (folder) => ({ command: 'go', args: ['run', '.'], cwd: folder, env: { GOFLAGS: '-p=1' } }),
  },
  {
    name: 'java',
    needs: ['java', 'mvn'],
    prepare: (folder, contracts) => [
      {
        command: tool('openapi-generator-java', 'env/bin/openapi-generator-cli'),
        args: [
          ...['generate', '-i', contracts['3.0'], '-o', 'client', '-g', 'java', '--library', 'native'],
          ...['--invoker-package', 'tokenmeter', '--api-package', 'tokenmeter.api'],
          ...['--model-package', 'tokenmeter.model', '--additional-properties', 'openApiNullable=false'],
        ],
        cwd: folder,
      },
      { command: 'mvn', args: ['-q', '-B', 'package', 'dependency:copy-dependencies'], cwd: folder },
    ],
    run: (folder) => ({
      command: 'java',
      args: ['-cp', 'target/classes:target/dependency/*', 'RunQuickstart'],
      cwd: folder,
    }),
  },
];

/** Copies an example to the cache. */
export async function copyExample(name: string): Promise<string> {
  const folder = join(cacheFolder, 'examples', name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const isSource = (path: string) => !/node_modules|\.venv|target/.test(path.slice(root.length));
  await cp(join(root, 'examples/clients', name), folder, { recursive: true, filter: isSource });
  return folder;
}
