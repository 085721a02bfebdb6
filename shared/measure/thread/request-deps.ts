import type { Timeouts } from '../instrument.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { Redirects } from './redirects.ts';
import type { RecordDeps } from './response-record.ts';
import type { ThreadClock } from './thread-clock.ts';

/** Dependencies of the requests of a session. */
export type RequestDeps = RecordDeps & {
  pool: Pick<ConnectionPool, 'takeIdle' | 'open' | 'takeBack' | 'isReuseStopped' | 'addClosed' | 'warm' | 'destroy'>;
  clock: ThreadClock;
  /** The part of the HTTP head that all requests share: see `buildRequestHead`. */
  head: string;
  connection: 'reuse' | 'fresh';
  timeouts: Timeouts;
  /** Describes the proxy of the connections; null without a proxy. */
  proxyNote: string | null;
  /** Whether the TLS handshake chooses the version of HTTP, so that requests note it. */
  notesVersion: boolean;
  /** Follows redirects within the origin; null if they are not followed. */
  redirects: Redirects | null;
  /** Whether exchanges have the bytes on the connection. */
  keepsWire: boolean;
};
