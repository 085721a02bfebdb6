import { join } from 'node:path';
import { runCommand } from '../../support/commands/run-command.ts';
import { startServer } from '../../support/commands/start-server.ts';
import { cacheFolder } from '../cache-folder.ts';
import type { ThirdPartyServer, ThirdPartyTarget } from '../third-party-server.ts';

const command = 'llm-d-inference-sim';
const module = `github.com/llm-d/${command}`;
const folder = join(cacheFolder, 'llm-d');
/** Checkout to build, for machines whose module proxy refuses the module. */
const source = process.env['LLM_D_SOURCE'];
const pinned = '0.10.2';
const fields = { model: 'tide' };

const targets: readonly ThirdPartyTarget[] = [
  { protocol: 'openai-chat', path: '/v1', fields },
  { protocol: 'openai-completions', path: '/v1', fields },
  { protocol: 'openai-responses', path: '/v1', fields },
  { protocol: 'anthropic-messages', path: '', fields },
];

async function install(): Promise<void> {
  const env = { GOBIN: folder };
  if (source === undefined)
    await runCommand({
      command: 'go',
      args: ['install', `${module}/cmd/${command}@v${pinned}`],
      cwd: cacheFolder,
      env,
    });
  else await runCommand({ command: 'go', args: ['install', `./cmd/${command}`], cwd: source, env });
}

/** A checkout after a tag has the number of its later commits. */
async function readVersion(): Promise<string> {
  if (source === undefined) return pinned;
  const text = await runCommand({ command: 'git', args: ['describe', '--tags', '--always'], cwd: source });
  return text
    .trim()
    .replace(/^v/, '')
    .replace(/-(\d+)-g\w+$/, '+$1');
}

/** Simulator of vLLM with times of its own, by the llm-d project. */
export const llmD: ThirdPartyServer = {
  name: command,
  version: await readVersion(),
  needs: ['go'],
  install,
  start: (label) => {
    const pace = ['--time-to-first-token', '60ms', '--time-to-first-token-std-dev', '10ms'];
    const next = ['--inter-token-latency', '12ms', '--inter-token-latency-std-dev', '3ms'];
    const failures = label === null ? [] : ['--failure-injection-rate', '40'];
    const rest = ['--model', fields.model, '--force-dummy-tokenizer', '--seed', '15', '--max-num-seqs', '8'];
    const buildArguments = (port: number) => ['--port', String(port), ...pace, ...next, ...rest, ...failures];
    return startServer(command, join(folder, command), buildArguments, { logFolder: cacheFolder });
  },
  scenarios: [
    { label: null, targets, expectedOutcomes: ['ok'] },
    { label: 'faults', targets, expectedOutcomes: ['ok', 'http_4xx'] },
  ],
};
