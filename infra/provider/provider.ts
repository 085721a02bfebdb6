import { fstatSync } from 'node:fs';
import { z } from 'zod';
import type { ProviderInput } from './config/provider-config.ts';
import { readArguments, usageText } from './config/read-arguments.ts';
import { serveProvider } from './serve-provider.ts';

/** `npm run provider` runs a simulated provider on this machine until it is interrupted. */

try {
  const input = readArguments(process.argv.slice(2));
  if (input === null) process.stdout.write(usageText);
  else await serve(input);
} catch (error) {
  console.error(describeFault(error));
  process.exitCode = 1;
}

async function serve(input: ProviderInput): Promise<void> {
  const provider = await serveProvider(input);
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    provider.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  endWithParent(end);
  process.stdout.write(`${JSON.stringify({ url: provider.url })}\n`);
}

function describeFault(error: unknown): string {
  if (error instanceof z.ZodError)
    return error.issues.map(({ path, message }) => `${path.join('.') || 'The configuration'}: ${message}`).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** Ends this process when its parent process ends. The parent's end closes the IPC channel or standard input. */
function endWithParent(end: () => void): void {
  if (process.channel !== undefined) process.once('disconnect', end);
  const standardInput = fstatSync(0);
  if (!standardInput.isFIFO() && !standardInput.isSocket()) return;
  process.stdin.once('end', end).once('error', end).resume();
}
