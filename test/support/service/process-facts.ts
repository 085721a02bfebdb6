import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/* Facts about running processes, from Linux's /proc. A process that has ended has none. */

/** Lists a process and all processes that it started, directly or indirectly. */
export function listProcessTree(pid: number): number[] {
  const children = readOr(`/proc/${pid}/task/${pid}/children`, '').trim().split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(listProcessTree)];
}

/** Returns the resident memory of a process in megabytes. */
export function readResidentMb(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readOr(`/proc/${pid}/status`, ''))?.[1] ?? '0';
  return Number(kilobytes) / 1_024;
}

export type Listener = { address: string; port: number };

/** Lists the TCP addresses on which the processes listen. IPv6 addresses are in the hex form of /proc. */
export function listListeners(pids: readonly number[]): Listener[] {
  const inodes = new Set(pids.flatMap(listSocketInodes));
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readOr(file, '')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode = '']) => state === '0A' && inodes.has(inode))
      .map(([, local = '']) => readLocal(local)),
  );
}

/** Lists the paths of the Unix sockets that the processes have open. */
export function listSocketPaths(pids: readonly number[]): string[] {
  const inodes = new Set(pids.flatMap(listSocketInodes));
  const rows = readOr('/proc/net/unix', '')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return [
    ...new Set(
      rows.flatMap(([, , , , , , inode = '', path]) => (path !== undefined && inodes.has(inode) ? [path] : [])),
    ),
  ];
}

function listSocketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return [];
  }
}

/** Reads `0100007F:2250`: an address in the byte order of the machine, and a port in hex. */
function readLocal(local: string): Listener {
  const [hex = '', port = ''] = local.split(':');
  const octets = hex.match(/../g)?.reverse() ?? [];
  const address = hex.length === 8 ? octets.map((octet) => Number.parseInt(octet, 16)).join('.') : hex;
  return { address, port: Number.parseInt(port, 16) };
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
