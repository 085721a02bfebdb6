import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const sizeMb = 128;

export type SmallDisk = {
  folder: string;
  /** Fills the disk to the last byte. @returns a function that frees it */
  fill(): () => void;
  /** Why the disk cannot be filled; null if it can. */
  reason: string | null;
  remove(): void;
};

/** Mounts a small disk in memory. Without the right to mount one, creates a folder on the machine's own disk. */
export function mountSmallDisk(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m,mode=700`, 'tmpfs', folder]);
  const isMounted = mounted.status === 0;
  return {
    folder,
    fill: () => fillFolder(folder),
    reason: isMounted ? null : 'this user may not mount a small disk',
    remove: () => {
      if (isMounted) spawnSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function fillFolder(folder: string): () => void {
  const path = join(folder, 'filler');
  const file = openSync(path, 'w');
  for (const size of [1_048_576, 4_096, 1]) {
    const chunk = Buffer.alloc(size);
    try {
      for (;;) writeSync(file, chunk);
    } catch {
      // The disk has less space than one chunk.
    }
  }
  closeSync(file);
  return () => rmSync(path);
}
