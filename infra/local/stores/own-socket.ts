import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSocketEndpoint } from '../../../shared/adapters/store-endpoint.ts';

export type OwnSocket = {
  path: string;
  /** The address for clients, with the credential. A secret of this process and its children. */
  endpoint: string;
  /** Returns whether a request carries this server's credential. */
  isAuthorized(headers: IncomingHttpHeaders): boolean;
  remove(): void;
};

/**
 * Reserves a Unix socket in a directory that only this user can open, and draws a credential for this start. The
 * embedded servers check no signatures. Therefore, no network address leads to them: a measured target, a web page and
 * another user of this machine cannot connect.
 */
export function reserveSocket(): OwnSocket {
  // Not in the data directory: a socket's path has at most 107 bytes.
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

/** Digests have equal lengths, which a comparison in constant time requires. */
const hash = (text: string) => createHash('sha256').update(text).digest();
