import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { writeSocketEndpoint } from '../../../shared/adapters/store-endpoint.ts';

export type OwnSocket = {
  path: string;
  /** Address for clients, with the credential. Only this process and its child processes may know the address. */
  endpoint: string;
  /** Returns whether a request carries this server's credential. */
  isAuthorized(headers: IncomingHttpHeaders): boolean;
  remove(): void;
};

/** Start of the names of all sockets' directories. */
const directoryPrefix = 'tokenmeter-socket-';
/** Name of the file in a store's directory that contains the path of the socket's directory. */
const recordName = 'socket-directory';

/**
 * Reserves a Unix socket in a directory that only this user can open, and creates a random credential. The embedded
 * servers check no signatures: on a network address, targets, web pages, and other users could reach them.
 * @param dataDir directory of the store, which this process has locked. A socket that a killed process left is removed
 */
export function reserveSocket(dataDir?: string): OwnSocket {
  const record = dataDir === undefined ? null : join(dataDir, recordName);
  if (record !== null) removeLeftSocket(record);
  // The socket is not in the data directory, because a socket's path has at most 107 bytes.
  const directory = mkdtempSync(join(tmpdir(), directoryPrefix));
  chmodSync(directory, 0o700);
  if (record !== null) writeFileSync(record, directory);
  const path = join(directory, 'server.sock');
  const accessKeyId = randomBytes(16).toString('hex');
  const expected = hash(accessKeyId);
  return {
    path,
    endpoint: writeSocketEndpoint(path, accessKeyId),
    isAuthorized: ({ authorization = '', origin }) => {
      const given = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//.exec(authorization)?.[1] ?? '';
      return origin === undefined && timingSafeEqual(hash(given), expected);
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
      if (record !== null) rmSync(record, { force: true });
    },
  };
}

/** Removes the recorded directory. A damaged record must not remove anything else. */
function removeLeftSocket(record: string): void {
  if (!existsSync(record)) return;
  const directory = readFileSync(record, 'utf8');
  const isOwn = dirname(directory) === tmpdir() && basename(directory).startsWith(directoryPrefix);
  if (isOwn) rmSync(directory, { recursive: true, force: true });
}

/** Hashes the credential, because `timingSafeEqual` requires inputs of equal length. */
const hash = (text: string) => createHash('sha256').update(text).digest();
