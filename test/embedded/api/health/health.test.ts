import { describe, expect, test } from 'vitest';
import { openApiBench } from '../../../support/service/api-bench.ts';

describe('health', () => {
  test('is ok if the table and the queues respond', async () => {
    const checked = await openApiBench(
      {},
      { queue: { send: async () => undefined, check: async () => undefined } },
      'embedded',
    );
    expect((await checked.ask('GET', '/healthz', { key: null })).json).toEqual({
      status: 'ok',
      table: 'ok',
      queues: 'ok',
    });
    await checked.close();
  });

  test('is 503 if one does not respond, and only the log has the reason', async () => {
    const check = async () => {
      throw new Error('queue of account 123 is gone');
    };
    const broken = await openApiBench({}, { queue: { send: async () => undefined, check } }, 'embedded');
    const answer = await broken.ask('GET', '/healthz', { key: null });
    expect(answer.status).toBe(503);
    expect(answer.json).toEqual({ status: 'failing', table: 'ok', queues: 'failing' });
    expect(broken.logged()).toContain('account 123');
    await broken.close();
  });
});
