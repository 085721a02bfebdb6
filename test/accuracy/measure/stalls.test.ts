import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownServers } from '../../../shared/egress/own-servers.ts';
import { createInstrument } from '../../../shared/measure/create-instrument.ts';
import type { Exchange, Stall } from '../../../shared/measure/instrument.ts';
import { startPhase } from '../../support/factories/run-phase.ts';
import { answer, wait } from '../../support/servers/scripted-responses.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/servers/scripted-server.ts';

/* Sessions whose measuring thread is blocked, or whose wall clock jumps, once during a closed loop. */

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer(() => [wait(300), ...answer('Hi')]);
});
afterAll(() => server.close());

async function measureDisturbed(query: string) {
  // A worker thread loses the query of its own URL, but an import keeps it.
  const { href } = new URL(`../../support/servers/stalling-thread.ts${query}`, import.meta.url);
  const threadEntry = new URL(`data:text/javascript,import ${encodeURIComponent(JSON.stringify(href))}`);
  const instrument = createInstrument({ egress: ownServers, threadEntry });
  const endpoint = { protocol: 'openai-chat', url: server.url, headers: {}, connection: 'reuse' } as const;
  const timeouts = { requestTimeoutMs: 20_000, firstTokenTimeoutMs: null, stallTimeoutMs: 20_000 };
  const session = await instrument.openSession(endpoint, timeouts);
  try {
    const phase = startPhase(session, 12, { mode: 'concurrency', concurrency: 3 });
    const { stalls } = await phase.done;
    return { stalls, exchanges: phase.exchanges };
  } finally {
    await session.close();
  }
}

const findOpen = (exchanges: readonly Exchange[], { fromMs, toMs }: Stall) =>
  exchanges.filter(({ startMs, endMs }) => (startMs ?? toMs) < fromMs && (endMs ?? 0) > toMs);

describe('a session', () => {
  test('marks the requests that were open while its measuring thread was blocked', async () => {
    const { stalls, exchanges } = await measureDisturbed('?blockMs=200');
    const longest = stalls.toSorted((a, b) => b.lengthMs - a.lengthMs)[0];
    if (longest === undefined) throw new Error('No stall was noted');
    expect(longest.lengthMs).toBeGreaterThan(180);
    const open = findOpen(exchanges, longest);
    expect(open.length).toBeGreaterThan(0);
    expect(open.filter(({ disturbed }) => !disturbed)).toEqual([]);
  });

  test.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])(
    'marks the requests that were open when the wall clock was set %s, and keeps their durations',
    async (_, jumpMs) => {
      const { stalls, exchanges } = await measureDisturbed(`?jumpMs=${jumpMs}`);
      const jump = stalls.find(({ lengthMs }) => lengthMs > 3_500_000);
      if (jump === undefined) throw new Error('No jump was noted');
      const open = findOpen(exchanges, jump);
      expect(open.length).toBeGreaterThan(0);
      expect(open.filter(({ disturbed }) => !disturbed)).toEqual([]);
      for (const { startMs, endMs } of exchanges) expect((endMs ?? 0) - (startMs ?? 0)).toBeLessThan(20_000);
    },
  );
});
