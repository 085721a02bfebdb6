import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HttpConnection } from '../../../../shared/measure/thread/http-connection.ts';
import { watchReuse } from '../../../../shared/measure/thread/watch-reuse.ts';

let nowMs = 0;
beforeEach(() => {
  nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => vi.restoreAllMocks());

/** Releases `count` connections, of which the server closes every `nth` after `afterMs`. */
function play(count: number, nth: number, afterMs: number, isByPeer = true): boolean {
  const reuse = watchReuse();
  for (let k = 0; k < count; k++) {
    const connection = new HttpConnection(() => {});
    reuse.addReleased(connection);
    nowMs += afterMs;
    connection.isClosedByPeer = isByPeer;
    if (k % nth === nth - 1) reuse.addClosed(connection);
  }
  return reuse.isStopped();
}

test.each([
  ['each connection is closed right after its response', play.bind(null, 2, 1, 0.1), true],
  ['one of four is', play.bind(null, 12, 4, 100), true],
  ['one of a hundred is', play.bind(null, 1_000, 100, 1), false],
  ['one is', play.bind(null, 1, 1, 1), false],
  ['idle connections reach a limit of some seconds', play.bind(null, 10, 1, 3_000), false],
  ['this side closed them', play.bind(null, 10, 1, 1, false), false],
])('reuse stops if the server closes most connections after a response: %s', (_what, run, isStopped) => {
  expect(run()).toBe(isStopped);
});
