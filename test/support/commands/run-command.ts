import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type Command = { command: string; args: readonly string[]; cwd: string; env?: Record<string, string> };

/**
 * Runs a command at low priority and returns its output.
 * @throws Error with the end of the output if the command fails
 */
export async function runCommand({ command, args, cwd, env = {} }: Command): Promise<string> {
  const child = spawn('nice', ['-n', '15', command, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString('utf8');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const [code] = await once(child, 'close');
  if (code === 0) return output;
  throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-4_000)}`);
}
