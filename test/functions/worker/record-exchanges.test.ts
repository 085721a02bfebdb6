import { describe, expect, test } from 'vitest';
import { createRecorder, describeSecrets, listReasons } from '../../../functions/worker/record-exchanges.ts';
import type { Outcome } from '../../../shared/sample/outcome.ts';
import { storedTargetSchema } from '../../../shared/spec/target.ts';
import { noSecrets } from '../../../shared/spec/target-secrets.ts';
import type { ExchangeStore } from '../../../shared/tenant-stores.ts';
import { makeRun, makeSample } from '../../contract/make-record.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';
import { makeExchange } from '../../support/factories/make-exchange.ts';
import { createRecordingLogger } from '../../support/simulation/recording-logger.ts';

const target = storedTargetSchema.parse({
  ...{ id: 'a', baseUrl: 'https://api.example.com', model: 'm', credentialId: null },
  auth: { style: 'header', name: 'X-Own-Auth' },
});

/** Starts a recorder whose store has room for `room` exchanges of a group, and may store nothing until it is released. */
function startRecorder(room: number, firstCount: number, { fails = false, holds = false, targets = 1 } = {}) {
  const held = Promise.withResolvers<void>();
  if (!holds) held.resolve();
  const stored: string[] = [];
  const counts = new Map<string, number>();
  const exchanges: ExchangeStore = {
    reserve: async (_runId, group) => {
      await held.promise;
      counts.set(group, (counts.get(group) ?? 0) + 1);
      return (counts.get(group) ?? 0) <= room;
    },
    put: async (_ownerId, { exchangeId }) => {
      if (fails) throw new Error('the disk is full');
      stored.push(exchangeId);
    },
    list: async () => [],
    get: async () => null,
  };
  const plain = makeRun();
  const run = { ...plain, spec: { ...plain.spec, targets: Array.from({ length: targets }, () => target) } };
  const logger = createRecordingLogger();
  const recorder = createRecorder(
    { exchanges, logger },
    {
      run,
      stage: { stageIndex: 1, targetIndex: 0, promptOffset: 10, requests: 50 },
      attempt: 2,
      firstCount,
      originWallMs: 0,
      context: describeSecrets(target, noSecrets, null, getDialect('openai-chat')),
      loss: new AbortController().signal,
    },
  );
  const add = (index: number, outcome: Outcome = 'ok', warmup = false, bodyBytes = 0) => {
    const response = {
      readsAtMs: Float64Array.of(1),
      readEnds: Uint32Array.of(bodyBytes),
      bytes: new Uint8Array(bodyBytes).fill(65),
    };
    const sent = { httpVersion: '1.1' as const, requestHead: '', requestBody: new Uint8Array() };
    const wire = { ...sent, response, isCut: false, end: 'complete' as const };
    const sample = makeSample({ requestIndex: index, outcome, warmup });
    recorder.keep(makeExchange([], bodyBytes === 0 ? { index } : { index, wire }), sample, '');
  };
  const keep = async (...given: Parameters<typeof add>) => {
    add(...given);
    await recorder.drain();
  };
  return { stored, counts, keep, add, recorder, logger, release: held.resolve };
}

describe('the recorder of a batch', () => {
  test('keeps the first requests of the target over all levels, and failed ones of any level', async () => {
    const { stored, keep } = startRecorder(100, 12);
    for (const index of [0, 1, 2, 3]) await keep(index);
    await keep(40, 'truncated');
    await keep(50, 'ok', true);
    // The level before has 10 requests.
    expect(stored).toEqual(['1-0-2', '1-1-2', '1-40-2']);
  });

  test('requests no more room for a group that is full, and still keeps exchanges of other groups', async () => {
    const { stored, counts, keep } = startRecorder(2, 11);
    for (const index of [20, 21, 22, 23, 24]) await keep(index, 'http_5xx');
    await keep(0);
    expect(stored).toEqual(['1-20-2', '1-21-2', '1-0-2']);
    expect([...counts]).toEqual([
      ['Failed0', 3],
      ['First0', 1],
    ]);
  });

  test('never fails a request because an exchange cannot be stored', async () => {
    const { stored, keep, logger } = startRecorder(5, 11, { fails: true });
    await keep(0);
    expect(stored).toEqual([]);
    expect(JSON.stringify(logger.lines)).toContain('exchange not recorded');
  });

  test('accepts exchanges while the store is slow, up to 16 MiB, and says how many it dropped', async () => {
    const { stored, add, recorder, logger, release } = startRecorder(100, 0, { holds: true });
    for (let index = 0; index < 20; index++) add(index, 'truncated', false, 1_000_000);
    expect(stored).toEqual([]);
    release();
    await recorder.drain();
    expect(stored).toHaveLength(16);
    expect(JSON.stringify(logger.lines)).toContain('"count":4');
  });

  test('stores no exchange whose JSON exceeds the share of its group, and still a smaller one', async () => {
    const { stored, counts, keep } = startRecorder(100, 0, { targets: 20 });
    // Each group of 20 targets has 1.1 MB.
    await keep(0, 'truncated', false, 1_120_000);
    await keep(1, 'truncated', false, 1_000_000);
    expect(stored).toEqual(['1-1-2']);
    expect([...counts]).toEqual([['Failed0', 1]]);
  });
});

describe('the reasons to record an exchange', () => {
  const read = (outcome: Outcome, notes: string | null = null) => ({
    ...makeSample({ outcome, notes }),
    outputText: '',
  });
  test.each([
    [read('ok'), false, false, []],
    [read('ok'), true, true, ['first', 'disturbed']],
    [read('ok', 'via_proxy: a proxy'), false, false, []],
    [read('ok', 'via_proxy: a proxy\nzero_usage: 0'), false, false, ['noted']],
    [read('truncated', 'unread_text: x'), false, false, ['failed']],
    [read('canceled'), false, true, []],
  ])('%#', (given, isFirst, disturbed, reasons) => {
    expect(listReasons(given, isFirst, disturbed)).toEqual(reasons);
  });
});

test('secrets of a target include its headers, and the login of its proxy in each form', () => {
  const secrets = { apiKey: 'sk-1', secretHeaders: { 'X-Gw': 'gw-1' }, clientKey: null };
  const proxy = { kind: 'http', hostname: 'p', port: 1, login: 'me:pw-1', isOperators: false } as const;
  const found = describeSecrets(target, secrets, proxy, getDialect('openai-chat'));
  expect(found.secrets).toEqual(['sk-1', 'gw-1', 'me:pw-1', 'pw-1', `Basic ${btoa('me:pw-1')}`]);
  expect([...found.secretNames]).toEqual(['x-gw', 'x-own-auth']);
});
