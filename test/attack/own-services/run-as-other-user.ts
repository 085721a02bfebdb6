import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** User id of `nobody` on most systems. No file of the service belongs to it. */
const otherUserId = 65_534;

/** Why this process cannot act as another user, or null if it can. */
export const noOtherUserReason =
  process.getuid?.() === 0 ? null : 'only root can start a process as another user of the machine';

export type OtherUser = {
  /** Runs a script as another user. @returns its standard output */
  run(script: string, ...args: string[]): Promise<string>;
  close(): Promise<void>;
};

/** Prepares a Node.js that another user may execute. */
export async function becomeOtherUser(): Promise<OtherUser> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenmeter-other-user-'));
  const node = join(folder, 'node');
  await copyFile(process.execPath, node);
  await chmod(folder, 0o755);
  await chmod(node, 0o755);
  return {
    run: async (script, ...args) => {
      const options = { cwd: '/', env: {}, uid: otherUserId, gid: otherUserId };
      const child = spawn(node, ['--input-type=module', '--eval', script, ...args], {
        ...options,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return (await text(child.stdout)).trim();
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
