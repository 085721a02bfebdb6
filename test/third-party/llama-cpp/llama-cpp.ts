import { join } from 'node:path';
import { runCommand } from '../../support/commands/run-command.ts';
import { startServer } from '../../support/commands/start-server.ts';
import { readPin } from '../../support/python/install-requirements.ts';
import { cacheFolder } from '../cache-folder.ts';
import { installPip, locateCommand } from '../install-pip.ts';
import type { ThirdPartyServer, ThirdPartyTarget } from '../third-party-server.ts';

const name = 'llama-cpp';
const model = join(cacheFolder, 'random.gguf');
const fields = { model: 'random' };

const targets: readonly ThirdPartyTarget[] = [
  { protocol: 'openai-chat', path: '/v1', fields },
  { protocol: 'openai-completions', path: '/v1', fields },
  { protocol: 'openai-responses', path: '/v1', fields },
  { protocol: 'anthropic-messages', path: '', fields },
];

/** The server of llama.cpp, with a tiny model of random weights. It closes each connection after an answer. */
export const llamaCpp: ThirdPartyServer = {
  name,
  version: await readPin(join(import.meta.dirname, 'requirements.txt'), 'xllamacpp'),
  needs: ['python3'],
  install: async () => {
    await installPip(name);
    const args = [join(import.meta.dirname, 'write_model.py'), model];
    await runCommand({ command: locateCommand(name, 'python3'), args, cwd: cacheFolder });
  },
  start: () => {
    const script = join(import.meta.dirname, 'serve.py');
    const buildArguments = (port: number) => [script, model, String(port)];
    return startServer(name, locateCommand(name, 'python3'), buildArguments, { logFolder: cacheFolder });
  },
  scenarios: [{ label: null, targets, expectedOutcomes: ['ok'] }],
};
