import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchedule } from '../../../infra/replay/build-schedule.ts';
import { type ReplayServer, serveExchanges } from '../../../infra/replay/serve-exchanges.ts';
import type { RecordedExchange } from '../../../shared/records/recorded-exchange.ts';
import { answerCases } from '../../support/exchanges/answer-cases.ts';
import { connectionCases } from '../../support/exchanges/connection-cases.ts';
import { readFixture } from '../../support/exchanges/read-recorded.ts';
import { measure } from '../../support/factories/run-phase.ts';

// The limit of a session applies to all of its requests.
const cases = [...answerCases, ...connectionCases].filter(
  ({ protocol = 'openai-chat', maxResponseBytes }) => protocol === 'openai-chat' && maxResponseBytes === undefined,
);
const recorded = cases.map(({ name }) => readFixture(name));
const closedLoop = { mode: 'concurrency', concurrency: 1 } as const;

describe('exchanges that are served again', () => {
  let server: ReplayServer;
  let measured: Awaited<ReturnType<typeof measure>>;
  beforeAll(async () => {
    server = await serveExchanges(recorded.map(buildSchedule), 0);
    measured = await measure(server.url, recorded.length, closedLoop);
  });
  afterAll(() => server.close());

  test.each(recorded.map((one, index) => ({ name: cases[index]?.name, one, index })))(
    '$name has the same outcome and output as recorded, never earlier',
    ({ one, index }) => {
      const read = measured.read[index];
      expect(read).toMatchObject({ outcome: one.outcome, outputEvents: one.outputEvents });
      expect(read?.error?.code ?? null).toBe(one.errorCode);
      const { startMs = 0 } = measured.exchanges.find((exchange) => exchange.index === index) ?? {};
      if (one.firstOutputMs !== null && read?.firstOutputMs != null)
        expect(read.firstOutputMs - (startMs ?? 0)).toBeGreaterThanOrEqual(one.firstOutputMs - 0.01);
    },
  );

  test('come with the recorded latencies', () => {
    const differences = recorded.flatMap(({ firstOutputMs }, index) => {
      const exchange = measured.exchanges.find((one) => one.index === index);
      const againMs = measured.read[index]?.firstOutputMs ?? null;
      if (firstOutputMs === null || againMs === null) return [];
      return againMs - (exchange?.startMs ?? 0) - firstOutputMs;
    });
    const median = differences.toSorted((a, b) => a - b)[Math.floor(differences.length / 2)];
    expect(differences.length).toBeGreaterThan(20);
    expect(median).toBeLessThan(15);
  });
});

describe('an exchange that cannot be served', () => {
  const one = readFixture('82-usual-answer');
  test.each<[string, Partial<RecordedExchange> | { format: string }, string]>([
    ['of another format', { format: 'har' }, 'not a recorded exchange'],
    ['without a response', { response: null, errorMessage: 'refused' }, 'no response to serve: refused'],
    [
      'whose body is omitted',
      { response: one.response && { ...one.response, body: '', omitted: 'a secret' } },
      'is not recorded: a secret',
    ],
  ])('%s is refused with a reason', (_, change, message) => {
    expect(() => buildSchedule({ ...one, ...change })).toThrow(message);
  });
});

test('the command serves files in their order', { timeout: 20_000 }, async () => {
  const folder = fileURLToPath(new URL('../../fixtures/exchanges/', import.meta.url));
  const files = ['82-usual-answer', '81-wait-in-a-list'].map((name) => `${folder}${name}.json`);
  const script = fileURLToPath(new URL('../../../infra/replay/replay.ts', import.meta.url));
  const child = spawn(process.execPath, [script, ...files, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => {
    output += bytes.toString('utf8');
  });
  await expect.poll(() => output).toContain('Replaying at');
  const url = /http:\S+\d/.exec(output)?.[0] ?? '';
  const send = async () => (await fetch(url, { method: 'POST', body: '{}' })).status;
  expect([await send(), await send(), await send()]).toEqual([200, 429, 200]);
  child.kill();
  await once(child, 'close');
});
