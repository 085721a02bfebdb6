import { join } from 'node:path';
import { runCommand } from '../../support/commands/run-command.ts';
import { startServer } from '../../support/commands/start-server.ts';
import { cacheFolder } from '../cache-folder.ts';
import type { ThirdPartyServer, ThirdPartyTarget } from '../third-party-server.ts';

const version = '0.5.0';
const folder = join(cacheFolder, 'llmposter');

const places = [
  { protocol: 'openai-chat', path: '/v1' },
  { protocol: 'openai-completions', path: '/v1' },
  { protocol: 'openai-responses', path: '/v1' },
  { protocol: 'anthropic-messages', path: '' },
  { protocol: 'gemini', path: '/v1beta' },
] as const;

const listTargets = (model: string) => places.map((place): ThirdPartyTarget => ({ ...place, fields: { model } }));

/** Mock server with faults on request, written in Rust. */
export const llmposter: ThirdPartyServer = {
  name: 'llmposter',
  version,
  needs: ['cargo'],
  install: async () => {
    const crate = ['llmposter', '--version', version, '--locked', '--no-default-features'];
    await runCommand({ command: 'cargo', args: ['install', ...crate, '--root', folder], cwd: cacheFolder });
  },
  start: () => {
    const fixtures = join(import.meta.dirname, 'fixtures.yaml');
    const buildArguments = (port: number) => ['--fixtures', fixtures, '--port', String(port)];
    return startServer('llmposter', join(folder, 'bin', 'llmposter'), buildArguments, { logFolder: cacheFolder });
  },
  scenarios: [
    { label: null, targets: listTargets('plain'), expectedOutcomes: ['ok'] },
    {
      label: 'faults',
      targets: listTargets('faults'),
      expectedOutcomes: ['ok', 'rate_limited', 'http_5xx', 'bad_stream', 'truncated'],
    },
  ],
};
