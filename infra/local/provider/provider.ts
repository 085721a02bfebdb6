import { fstatSync } from 'node:fs';
import { readArguments, usageText } from './read-arguments.ts';
import { serveProvider } from './serve-provider.ts';

const input = readArguments(process.argv.slice(2));
if (input === null) {
  process.stdout.write(usageText);
} else {
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

/** A child must not outlive its parent, however that died: its channel closes, or the pipe that is its standard input. */
function endWithParent(end: () => void): void {
  if (process.channel !== undefined) process.once('disconnect', end);
  const standardInput = fstatSync(0);
  if (!standardInput.isFIFO() && !standardInput.isSocket()) return;
  process.stdin.once('end', end).once('error', end).resume();
}
