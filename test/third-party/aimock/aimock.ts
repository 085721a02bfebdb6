import { join } from 'node:path';
import { startServer } from '../../support/commands/start-server.ts';
import { cacheFolder } from '../cache-folder.ts';
import { installNpm } from '../install-npm.ts';
import type { ThirdPartyServer, ThirdPartyTarget } from '../third-party-server.ts';
import manifest from './package.json' with { type: 'json' };

const folder = join(cacheFolder, 'aimock');
const fixtures = join(import.meta.dirname, 'fixtures.json');

// cspell:ignore AKIAREPLACEWITHYOURS
const awsKey = JSON.stringify({
  accessKeyId: 'AKIAREPLACEWITHYOURS',
  secretAccessKey: 'third-party-test-secret-key-of-forty-chars',
});

/** The model selects the fixture. */
const listTargets = (model: string): readonly ThirdPartyTarget[] => [
  { protocol: 'openai-chat', path: '/v1', fields: { model } },
  { protocol: 'openai-responses', path: '/v1', fields: { model } },
  { protocol: 'anthropic-messages', path: '', fields: { model } },
  { protocol: 'gemini', path: '/v1beta', fields: { model } },
  { protocol: 'vertex', path: '/v1/projects/tide/locations/us-central1', fields: { model, apiKey: 'token' } },
  { protocol: 'bedrock-converse', path: '', fields: { model, region: 'us-east-1', apiKey: awsKey } },
];

const chaos = { dropRate: 0.15, malformedRate: 0.15, disconnectRate: 0.15, rateLimitRate: 0.15 };

export async function setChaos(serverUrl: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${serverUrl}/__aimock/chaos`, { method: 'POST', headers, body: JSON.stringify(chaos) });
  if (!response.ok) throw new Error(`aimock refused the faults: ${response.status} ${await response.text()}`);
}

/** Mock server of many providers, by CopilotKit. */
export const aimock: ThirdPartyServer = {
  name: 'aimock',
  version: manifest.dependencies['@copilotkit/aimock'],
  needs: ['npm'],
  install: () => installNpm(join(import.meta.dirname, 'package.json'), folder),
  start: () => {
    const cli = join(folder, 'node_modules', '@copilotkit', 'aimock', 'dist', 'cli.js');
    return startServer('aimock', process.execPath, (port) => [cli, '-p', String(port), '-f', fixtures, '-c', '6'], {
      logFolder: cacheFolder,
    });
  },
  scenarios: [
    { label: null, targets: listTargets('tide'), expectedOutcomes: ['ok'] },
    { label: 'reasoning', targets: listTargets('tide-reasoning'), expectedOutcomes: ['ok'] },
    { label: 'tool calls', targets: listTargets('tide-tools'), expectedOutcomes: ['ok'] },
    { label: 'cut off', targets: listTargets('tide-cut'), expectedOutcomes: ['truncated'] },
    {
      label: 'faults',
      targets: listTargets('tide'),
      prepare: setChaos,
      expectedOutcomes: ['ok', 'rate_limited', 'http_5xx'],
    },
  ],
};
