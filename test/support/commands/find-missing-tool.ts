import { spawnSync } from 'node:child_process';

/** Returns the first command that is not installed, or null. */
export function findMissingTool(commands: readonly string[]): string | null {
  return commands.find((command) => spawnSync('which', [command]).status !== 0) ?? null;
}
