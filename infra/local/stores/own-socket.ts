import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSocketEndpoint } from '../../../shared/adapters/store-endpoint.ts';

export type OwnSocket = {
  path: string;
  /** Address for clients, with the credential. Only this process and its child processes may know the address. */
  endpoint: string;
  /** Returns whether a request carries this server's credential. */
  isAuthorized(headers: IncomingHttpHeaders): boolean;
  remove(): void;
};

/**
 * Reserves a Unix socket in a directory that only this user can open, and creates a random credential. The embedded
 * servers check no signatures: on a network address, targets, web pages, and other users could reach them.
 */
export function reserveSocket(): OwnSocket {
  // The socket is not in the data directory, because a socket's path has at most 107 bytes.
  const directory = mkdtempSync(join(tmpdir(), 'tokenmeter-socket-'));
  chmodSync(directory, 0o700);
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
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Hashes the credential, because `timingSafeEqual` requires inputs of equal length. */
const hash = (text: string) => createHash('sha256').update(text).digest();
