import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findMissingTool } from '../support/commands/find-missing-tool.ts';
import { runCommand } from '../support/commands/run-command.ts';
import { installRequirements } from '../support/python/install-requirements.ts';
import { validatePayload } from '../support/service/validate-response.ts';
import { deliverAllEvents, webhookSecrets } from '../support/simulation/deliver-all-events.ts';

/*
 * `npm run test:webhooks`: signs an event of each type, and verifies it with the Standard Webhooks libraries for
 * TypeScript, Python, and Go. A language without its toolchain is skipped.
 */

type Verifier = {
  name: string;
  needs: readonly string[];
  prepare(folder: string): Promise<unknown>;
  command(folder: string): { command: string; args: readonly string[] };
};

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const verifiers: readonly Verifier[] = [
  {
    name: 'typescript',
    needs: [],
    prepare: async () => undefined,
    command: () => ({ command: process.execPath, args: [source('typescript/verify.ts')] }),
  },
  {
    name: 'python',
    needs: ['python3'],
    prepare: (folder) =>
      installRequirements(source('python/requirements.txt'), { python: 'python3', folder: join(folder, 'env') }),
    command: (folder) => ({ command: join(folder, 'env/bin/python3'), args: [source('python/verify.py')] }),
  },
  {
    name: 'go',
    needs: ['go'],
    prepare: async (folder) => {
      // Tidying writes files, so it changes a copy.
      await cp(source('go'), folder, { recursive: true });
      await runCommand({ command: 'go', args: ['mod', 'tidy'], cwd: folder });
    },
    command: () => ({ command: 'go', args: ['run', '.'] }),
  },
];

const cache = source('../../.generators/webhooks');
const deliveries = await deliverAllEvents(Date.now());
const types = deliveries.map(({ body }) => validatePayload(body).type);
await mkdir(cache, { recursive: true });
const input = join(cache, 'deliveries.json');
await writeFile(input, JSON.stringify({ secrets: webhookSecrets, deliveries }));

/** Returns what is wrong with the verifier, or null. It writes a type for each verified event and secret. */
async function verify({ name, prepare, command }: Verifier): Promise<string | null> {
  const folder = join(cache, name);
  await mkdir(folder, { recursive: true });
  await prepare(folder);
  const output = await runCommand({ ...command(folder), cwd: folder, env: { DELIVERIES: input } });
  const expected = webhookSecrets.flatMap(() => types).join('\n');
  return output.trim() === expected ? null : `expected:\n${expected}\nverified:\n${output}`;
}

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const verifier of verifiers) {
  const missing = findMissingTool(verifier.needs);
  if (missing !== null) {
    console.log(`${verifier.name}: skipped, because ${missing} is missing`);
    counts.skipped += 1;
    continue;
  }
  const fault = await verify(verifier).catch((error: unknown) => String(error));
  console.log(
    `${verifier.name}: ${fault ?? `verified ${types.length} events with each of ${webhookSecrets.length} secrets`}`,
  );
  counts[fault === null ? 'passed' : 'failed'] += 1;
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 ? 1 : 0;
