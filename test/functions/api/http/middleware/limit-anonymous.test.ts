import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { limitAnonymous } from '../../../../../functions/api/http/middleware/limit-anonymous.ts';
import type { ApiEnv } from '../../../../../functions/api/http/operation.ts';
import { AppError, errorCodes } from '../../../../../shared/errors/app-error.ts';

const open = () => {
  const clock = { nowMs: () => clock.atMs, atMs: 1_000_000 };
  const app = new Hono<ApiEnv>();
  app.onError((error, c) => {
    if (!(error instanceof AppError)) throw error;
    return c.text(error.message, errorCodes[error.code].status);
  });
  app.use(limitAnonymous({ anonymousRateLimitPerMinute: 3 }, clock));
  app.get('/', (c) => {
    const key = c.req.header('authorization');
    if (key === 'bad') throw new AppError('UNAUTHENTICATED', 'unknown key');
    return c.text('ok');
  });
  const ask = async (sourceIp: string, key?: string) => {
    const headers = key === undefined ? {} : { authorization: key };
    const env = { requestContext: { http: { sourceIp } } };
    return (await app.request('/', { headers }, env)).status;
  };
  const askTimes = (count: number, sourceIp: string, key?: string) =>
    Promise.all(Array.from({ length: count }, () => ask(sourceIp, key)));
  return { clock, app, ask, askTimes };
};

test('anonymous requests of an address are limited, and those of keys and of other addresses are not', async () => {
  const { ask, askTimes } = open();
  for (let request = 0; request < 3; request++) expect(await ask('192.0.2.1')).toBe(200);
  expect(await ask('192.0.2.1')).toBe(429);
  expect(await askTimes(20, '192.0.2.1', 'good')).toEqual(Array.from({ length: 20 }, () => 200));
  expect(await ask('192.0.2.2')).toBe(200);
});

test('requests with a wrong key count as anonymous', async () => {
  const { ask } = open();
  const statuses = [];
  for (let request = 0; request < 5; request++) statuses.push(await ask('192.0.2.1', 'bad'));
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
  expect(await ask('192.0.2.1')).toBe(429);
  expect(await ask('192.0.2.1', 'good')).toBe(200);
});

test('the limit starts again each minute, and a local service has none', async () => {
  const { clock, app, ask, askTimes } = open();
  await askTimes(3, '192.0.2.1');
  expect(await ask('192.0.2.1')).toBe(429);
  clock.atMs += 60_000;
  expect(await ask('192.0.2.1')).toBe(200);
  for (let request = 0; request < 10; request++) expect((await app.request('/')).status).toBe(200);
});
