import { join } from 'node:path';
import { startServer } from '../../support/commands/start-server.ts';
import { readPin } from '../../support/python/install-requirements.ts';
import { aimock } from '../aimock/aimock.ts';
import { cacheFolder } from '../cache-folder.ts';
import { installPip, locateCommand } from '../install-pip.ts';
import type { ThirdPartyServer, ThirdPartyTarget } from '../third-party-server.ts';

const name = 'litellm';
const apiKey = 'sk-third-party';

const targets: readonly ThirdPartyTarget[] = [
  { protocol: 'openai-chat', path: '/v1', fields: { model: 'aimock-chat', apiKey } },
  { protocol: 'openai-completions', path: '/v1', fields: { model: 'mock', apiKey } },
  { protocol: 'openai-responses', path: '/v1', fields: { model: 'aimock-chat', apiKey } },
  { protocol: 'anthropic-messages', path: '', fields: { model: 'aimock-claude', apiKey } },
  { protocol: 'gemini', path: '/v1beta', fields: { model: 'aimock-chat', apiKey } },
];

/** LiteLLM's proxy in front of aimock and of its own mock answers. */
export const litellm: ThirdPartyServer = {
  name,
  version: await readPin(join(import.meta.dirname, 'requirements.txt'), name),
  needs: ['python3', ...aimock.needs],
  install: async () => {
    await installPip(name);
    await aimock.install();
  },
  start: async () => {
    const upstream = await aimock.start(null);
    const env = {
      PATH: `${join(cacheFolder, name, 'bin')}:/usr/bin:/bin`,
      LITELLM_MASTER_KEY: apiKey,
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
      UPSTREAM_OPENAI: `${upstream.endpoint}/v1`,
      UPSTREAM_ROOT: upstream.endpoint,
    };
    const config = join(import.meta.dirname, 'config.yaml');
    const buildArguments = (port: number) => ['--config', config, '--host', '127.0.0.1', '--port', String(port)];
    const options = { logFolder: cacheFolder, env, startWithinMs: 180_000 };
    const proxy = await startServer(name, locateCommand(name, 'litellm'), buildArguments, options).catch(
      async (error: unknown) => {
        await upstream.stop();
        throw error;
      },
    );
    const stop = async () => {
      await proxy.stop();
      await upstream.stop();
    };
    return { endpoint: proxy.endpoint, stop };
  },
  scenarios: [{ label: null, targets, expectedOutcomes: ['ok'] }],
};
