import { join } from 'node:path';
import { startServer } from '../../support/commands/start-server.ts';
import { readPin } from '../../support/python/install-requirements.ts';
import { cacheFolder } from '../cache-folder.ts';
import { installPip, locateCommand } from '../install-pip.ts';
import { load } from '../run-scenario.ts';
import type { ThirdPartyServer, ThirdPartyTarget } from '../third-party-server.ts';

const name = 'llmock';

const targets: readonly ThirdPartyTarget[] = [
  { protocol: 'openai-chat', path: '/v1', fields: { model: 'gpt-4o' } },
  { protocol: 'openai-responses', path: '/v1', fields: { model: 'gpt-4.1' } },
  { protocol: 'anthropic-messages', path: '/anthropic', fields: { model: 'claude-sonnet-4' } },
  { protocol: 'gemini', path: '/gemini/v1beta', fields: { model: 'gemini-2.5-flash' } },
];

const times = 4;
const kinds = [
  // Warm-up requests take the first ones.
  { type: 'fail', status: 429, retry_after: 2, times: times + load.warmupRequests },
  { type: 'fail', status: 503, times },
  { type: 'stream_fault', kind: 'disconnect', after_chunks: 4, times },
  { type: 'stream_fault', kind: 'truncate', after_chunks: 4, times },
  { type: 'stream_fault', kind: 'malformed', after_chunks: 4, times },
];

/** Queues each kind of fault for each target. Requests after them are served. */
async function queueFaults(serverUrl: string): Promise<void> {
  const behaviors = targets.flatMap(({ fields: { model } }) => kinds.map((kind) => ({ ...kind, match: { model } })));
  const body = JSON.stringify({ behaviors });
  const response = await fetch(`${serverUrl}/_llmock/scenario`, { method: 'POST', body });
  if (!response.ok) throw new Error(`llmock refused the faults: ${response.status} ${await response.text()}`);
}

/** Mock server with faults on request, written in Python. */
export const llmock: ThirdPartyServer = {
  name,
  version: await readPin(join(import.meta.dirname, 'requirements.txt'), name),
  needs: ['python3'],
  install: async () => {
    await installPip(name);
  },
  start: () => {
    const pace = ['--latency-ms', '40', '--stream-chunk-delay-ms', '15', '--response-style', 'varied'];
    const buildArguments = (port: number) => ['serve', '--port', String(port), ...pace];
    return startServer(name, locateCommand(name, 'llmock'), buildArguments, { logFolder: cacheFolder });
  },
  scenarios: [
    { label: null, targets, expectedOutcomes: ['ok'] },
    {
      label: 'faults',
      targets,
      prepare: queueFaults,
      expectedOutcomes: ['ok', 'rate_limited', 'http_5xx', 'truncated', 'bad_stream'],
    },
  ],
};
