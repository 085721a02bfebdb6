import { join } from 'node:path';
import { startServer } from '../../support/commands/start-server.ts';
import { readPin } from '../../support/python/install-requirements.ts';
import { aimock, setChaos } from '../aimock/aimock.ts';
import { cacheFolder } from '../cache-folder.ts';
import { installPip, locateCommand } from '../install-pip.ts';
import type { ThirdPartyServer, ThirdPartyTarget } from '../third-party-server.ts';

const name = 'litellm';
const apiKey = 'sk-third-party';

/** The name of the model selects the provider of LiteLLM and the fixture of aimock. */
const listTargets = (model: string): ThirdPartyTarget[] => [
  { protocol: 'openai-chat', path: '/v1', fields: { model: `chat-${model}`, apiKey } },
  { protocol: 'openai-responses', path: '/v1', fields: { model: `chat-${model}`, apiKey } },
  { protocol: 'anthropic-messages', path: '', fields: { model: `claude-${model}`, apiKey } },
  { protocol: 'gemini', path: '/v1beta', fields: { model: `chat-${model}`, apiKey } },
];

const mocked: ThirdPartyTarget = { protocol: 'openai-completions', path: '/v1', fields: { model: 'mock', apiKey } };

/** LiteLLM's proxy in front of aimock and of its own mock answers. */
export const litellm: ThirdPartyServer = {
  name,
  version: await readPin(join(import.meta.dirname, 'requirements.txt'), name),
  needs: ['python3', ...aimock.needs],
  install: async () => {
    await installPip(name);
    await aimock.install();
  },
  start: async (label) => {
    const upstream = await aimock.start(null);
    if (label === 'faults') await setChaos(upstream.endpoint);
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
  scenarios: [
    { label: null, targets: [...listTargets('tide'), mocked], expectedOutcomes: ['ok'] },
    { label: 'reasoning', targets: listTargets('tide-reasoning'), expectedOutcomes: ['ok'] },
    { label: 'tool calls', targets: listTargets('tide-tools'), expectedOutcomes: ['ok'] },
    { label: 'faults', targets: listTargets('tide'), expectedOutcomes: ['ok'] },
  ],
};
