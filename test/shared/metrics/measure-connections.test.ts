import { describe, expect, test } from 'vitest';
import { measureConnections } from '../../../shared/metrics/measure-failures.ts';
import { makeOk, makeSample } from '../../support/factories/sample-factory.ts';

const times = { startMs: 0, ttftMs: 100, e2eMs: 1_000 };

describe('measureConnections', () => {
  test('counts opened and reused connections, with the phases of the opened ones', () => {
    const fresh = makeOk(times, { connection: { reused: false, dnsMs: null, connectMs: 12, tlsMs: 30 } });
    const metrics = measureConnections([fresh, makeOk(times), makeOk(times, { connection: null }), makeSample()]);
    expect(metrics).toMatchObject({
      reused: 1,
      fresh: 1,
      unknown: 1,
      dnsMs: { n: 0, mean: null },
      connectMs: { n: 1, mean: 12 },
      tlsMs: { n: 1, mean: 30 },
    });
  });
});
