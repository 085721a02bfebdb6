import { describe, expect, onTestFinished, test } from 'vitest';
import { listenForApi } from '../../../infra/local/listen-for-api.ts';

describe('listener of the API', () => {
  test('answers 503 until the service is ready, then serves it on loopback', async () => {
    const api = await listenForApi(0);
    onTestFinished(() => api.close(0));
    const url = `http://127.0.0.1:${api.port}/`;
    const early = await fetch(url);
    expect(early.status).toBe(503);
    expect(early.headers.get('retry-after')).toBe('1');
    api.serve(() => new Response('served'));
    expect(await (await fetch(url)).text()).toBe('served');
  });

  test('names a remedy if the port is in use', async () => {
    const api = await listenForApi(0);
    onTestFinished(() => api.close(0));
    await expect(listenForApi(api.port)).rejects.toThrow(
      `Port ${api.port} is in use. Stop the other program, or use another port: PORT=8797 npm start`,
    );
  });

  test('closes even if a response is still open after the grace period', async () => {
    const api = await listenForApi(0);
    const { promise: never } = Promise.withResolvers<Response>();
    const { promise: came, resolve } = Promise.withResolvers<void>();
    api.serve(() => {
      resolve();
      return never;
    });
    const cut = expect(fetch(`http://127.0.0.1:${api.port}/`)).rejects.toThrow('fetch failed');
    await came;
    await api.close(50);
    await cut;
  });
});
