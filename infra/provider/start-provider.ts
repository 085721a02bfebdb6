import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const entry = fileURLToPath(new URL('./provider.ts', import.meta.url));
const listeningSchema = z.object({ url: z.url() });

export type Provider = {
  url: string;
  logFile: string;
  /** Ends the provider's process after it has written the rest of its log. */
  close(): Promise<void>;
};

/**
 * Starts a simulated provider in a separate process. Port 0 chooses a free port. Throws an error if it cannot start.
 */
export async function startProvider(preset: string, logFile: string, port = 0): Promise<Provider> {
  const child = spawn(process.execPath, [entry, '--port', String(port), '--preset', preset, '--log', logFile], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {},
    // Keeps Ctrl-C from reaching the provider. The command that started the provider also ends it.
    detached: true,
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await readUrl(child, preset);
  return {
    url,
    logFile,
    close: async () => {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 2_000);
      await exited;
      clearTimeout(force);
    },
  };
}

function readUrl(child: ChildProcess, preset: string): Promise<string> {
  const written: string[] = [];
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The provider ${preset} did not start. ${written.join('\n')}`)));
    child.once('error', reject);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        const url = parseListening(line);
        if (url === null) written.push(line);
        else resolve(url);
      });
    }
  });
}

function parseListening(line: string): string | null {
  try {
    return listeningSchema.parse(JSON.parse(line)).url;
  } catch {
    return null;
  }
}
