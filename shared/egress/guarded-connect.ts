import type { buildConnector } from 'undici';
import type { Config } from '../config.ts';
import { type ConnectPhases, openSocket } from './open-socket.ts';

const connectTimeoutMs = 10_000;

/**
 * Creates a connector for undici's `Client`, `Pool` and `Agent` (`{ connect: createGuardedConnect('public') }`) that
 * reaches only addresses the egress allows. It fails with a `ConnectError`, whose message is safe to show.
 * @param onPhases receives the phase times of each attempt, including failed ones
 */
export function createGuardedConnect(
  egress: Config['egress'],
  onPhases?: (phases: ConnectPhases) => void,
): buildConnector.connector {
  return ({ hostname, protocol, port, servername }, callback) => {
    const secure = protocol === 'https:';
    const target = {
      hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? (secure ? 443 : 80) : Number(port),
      secure,
      servername: servername || undefined,
    };
    openSocket(target, { egress, timeoutMs: connectTimeoutMs }, (result) => {
      onPhases?.(result.phases);
      if (result.error === null) callback(null, result.socket);
      else callback(result.error, null);
    });
  };
}
