import { Agent, request } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { presets } from '../../../infra/provider/config/presets.ts';
import type { ProviderInput } from '../../../infra/provider/config/provider-config.ts';
import type { ProviderLogLine } from '../../../infra/provider/log/request-log.ts';
import { type Provider, serveProvider } from '../../../infra/provider/serve-provider.ts';
import { countTokens } from '../../../shared/workload/tokenizers/count-tokens.ts';
import { rawExchange } from '../../support/factories/raw-exchange.ts';
import { readChatStream } from '../../support/servers/chat-stream.ts';

const open: Provider[] = [];

async function start(config: Partial<ProviderInput> = {}) {
  const log: ProviderLogLine[] = [];
  const provider = await serveProvider({ models: presets.fast, ...config }, (line) => log.push(line));
  open.push(provider);
  const post = (body: object, path = '/chat/completions', headers: Record<string, string> = {}) =>
    fetch(`${provider.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body), redirect: 'manual' });
  return { ...provider, log, post };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((provider) => provider.close()));
});

const messages = [{ role: 'user', content: 'Tell me of the sea.' }];
const chat = { model: 'fast', stream: true, max_tokens: 20, messages };

describe('streaming', () => {
  test('chat sends a role event, text, a finish, requested usage without choices, and [DONE]', async () => {
    const { post } = await start();
    const response = await post({ ...chat, stream_options: { include_usage: true } });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const stream = readChatStream(await response.text());
    expect(stream.events[0]?.choices[0]?.delta).toMatchObject({ role: 'assistant', content: '' });
    expect(stream.events.slice(0, -1).every((event) => event.usage === null)).toBe(true);
    expect(stream.events.at(-1)).toMatchObject({ choices: [] });
    expect(stream.usage).toMatchObject({
      prompt_tokens: countTokens('Tell me of the sea.'),
      completion_tokens: 20,
    });
    expect(countTokens(stream.text)).toBe(20);
    expect(stream.events.at(-2)?.choices[0]?.finish_reason).toBe('length');
    expect(stream.done).toBe(true);
  });

  test('no event has usage without include_usage', async () => {
    const { post } = await start();
    const stream = readChatStream(await (await post(chat)).text());
    expect(stream.events.some((event) => 'usage' in event)).toBe(false);
    expect(stream.finishReason).toBe('length');
  });

  test('completions send text in the older format', async () => {
    const { post } = await start();
    const body = { model: 'fast', stream: true, max_tokens: 15, prompt: 'Tell me of the sea.' };
    const stream = readChatStream(await (await post(body, '/completions')).text());
    expect(countTokens(stream.text)).toBe(15);
    expect(stream.events.every((event) => event.choices[0]?.delta === undefined)).toBe(true);
  });

  test('max_completion_tokens has the same effect as max_tokens', async () => {
    const { post } = await start();
    const body = { ...chat, max_tokens: undefined, max_completion_tokens: 7 };
    expect(countTokens(readChatStream(await (await post(body)).text()).text)).toBe(7);
  });

  test('events have several tokens if the model is configured so', async () => {
    const { post } = await start({ models: { fast: { ...presets.fast['fast'], tokensPerChunk: 5 } } });
    const stream = readChatStream(await (await post(chat)).text());
    const texts = stream.events.filter((event) => (event.choices[0]?.delta?.content ?? '') !== '');
    expect(texts.length).toBe(4);
    expect(countTokens(stream.text)).toBe(20);
  });
});

describe('whole answers', () => {
  test('chat and completions answer with one JSON body and usage', async () => {
    const { post } = await start();
    const body = { model: 'fast', max_tokens: 12 };
    const whole = await (await post({ ...body, messages })).json();
    expect(whole).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant' }, finish_reason: 'length' }],
      usage: { completion_tokens: 12 },
    });
    const plain = await (await post({ ...body, prompt: 'Tell me of the sea.' }, '/completions')).json();
    expect(plain).toMatchObject({ object: 'text_completion', usage: { completion_tokens: 12 } });
  });
});

describe('refusals', () => {
  test('each path returns 401 without the right key', async () => {
    const { post, url } = await start({ apiKey: 'secret' });
    expect((await post(chat)).status).toBe(401);
    expect((await post(chat, '/chat/completions', { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await fetch(`${url}/models`)).status).toBe(401);
    const good = await post(chat, '/chat/completions', { authorization: 'Bearer secret' });
    expect(good.status).toBe(200);
    await good.text();
  });

  test.each([
    ['not JSON', '{', 400],
    ['no messages', { model: 'fast' }, 400],
    ['a limit of nothing', { ...chat, max_tokens: 0 }, 400],
    ['an unknown model', { ...chat, model: 'nobody' }, 404],
  ])('%s', async (_name, body, status) => {
    const { url } = await start();
    const response = await fetch(`${url}/chat/completions`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });

  test('requests beyond the rate limit get 429 with Retry-After and a JSON error', async () => {
    const { post } = await start({ models: { fast: { rateLimit: { requests: 2, windowMs: 60_000 } } } });
    for (let request = 0; request < 2; request++) expect((await post(chat)).status).toBe(200);
    const refused = await post(chat);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(await refused.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  });

  test('requests beyond the capacity wait, and requests beyond the queue get 503', async () => {
    const slow = { latency: { ttft: { baseMs: 100 } }, capacity: 1, queueLength: 1 };
    const { post, log } = await start({ models: { fast: slow } });
    const statuses = await Promise.all(
      [1, 2, 3].map(async () => {
        const response = await post(chat);
        await response.text();
        return response.status;
      }),
    );
    expect(statuses.toSorted()).toEqual([200, 200, 503]);
    await expect.poll(() => log.length).toBe(3);
    const [first, second] = log.filter((line) => line.status === 200).toSorted((a, b) => a.sequence - b.sequence);
    expect(second?.queuedAtStart).toBe(0);
    // A place is free when the last token is due, shortly before it is sent.
    const freeAtMs = (first?.tokens.at(-1)?.[0] ?? 0) - (first?.lateMaxMs ?? 0) - 1;
    expect(second?.startedAtMs).toBeGreaterThanOrEqual(freeAtMs);
    expect(second?.tokens[0]?.[0]).toBeGreaterThanOrEqual((second?.startedAtMs ?? 0) + 100);
  });
});

test.each(['//', '/v1/models?limit=1', '/%'])(
  'a path such as %s is answered, and the provider lives on',
  async (path) => {
    const { url } = await start();
    const { host } = new URL(url);
    const response = await fetch(`http://${host}${path}`);
    expect([200, 404]).toContain(response.status);
    expect((await fetch(`${url}/models`)).status).toBe(200);
  },
);

test('GET /models lists the models; other paths and methods are refused', async () => {
  const { url } = await start();
  expect(await (await fetch(`${url}/models`)).json()).toMatchObject({ object: 'list', data: [{ id: 'fast' }] });
  expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
  expect((await fetch(`${url}/chat/completions`)).status).toBe(405);
});

describe('log', () => {
  test('has exact times: the client receives each token shortly after its logged time', async () => {
    const { url, log } = await start({
      models: { fast: { latency: { ttft: { baseMs: 60, perInputTokenMs: 0 }, outputToken: { ms: 15 } } } },
    });
    await rawExchange(`${url}/chat/completions`, chat);
    const exchange = await rawExchange(`${url}/chat/completions`, chat);
    await expect.poll(() => log.length).toBe(2);
    const line = log[1];
    // An event arrives with the read that completes it. A busy machine may read two at once.
    const arrivals = exchange.reads.flatMap((read) =>
      (read.bytes.toString().match(/"content":"[^"]/g) ?? []).map(() => read.atMs),
    );
    expect(line?.tokens.length).toBe(arrivals.length);
    const lagsMs = arrivals.map((atMs, index) => atMs - (line?.tokens[index]?.[0] ?? 0));
    // Both use one clock, so only rounding can put an arrival before its write.
    expect(Math.min(...lagsMs)).toBeGreaterThan(-0.01);
    expect(lagsMs.toSorted((one, other) => one - other)[arrivals.length >> 1]).toBeLessThan(10);
  });

  test('has the configured TTFT and time per token, without drift', async () => {
    const { post, log } = await start({
      models: { fast: { latency: { ttft: { baseMs: 40, perInputTokenMs: 2 }, outputToken: { ms: 4 } } } },
    });
    await (await post({ ...chat, max_tokens: 60 })).text();
    await (await post({ ...chat, max_tokens: 60 })).text();
    await expect.poll(() => log.length).toBe(2);
    const line = log[1];
    const first = line?.tokens[0]?.[0] ?? 0;
    const last = line?.tokens.at(-1)?.[0] ?? 0;
    const planned = 40 + 2 * (line?.inputTokens ?? 0);
    expect(first - (line?.receivedAtMs ?? 0)).toBeGreaterThanOrEqual(planned);
    // The tolerance allows for a busy machine. Chained sleeps would be off by 60 ms or more.
    const roomMs = (line?.lateMaxMs ?? 0) + 25;
    expect(first - (line?.receivedAtMs ?? 0)).toBeLessThan(planned + roomMs);
    const pieces = line?.tokens.length ?? 0;
    expect(Math.abs(last - first - 4 * (pieces - 1))).toBeLessThan(roomMs);
  });

  test('records a client that disconnects, and frees its place', async () => {
    const { url, log, post } = await start({
      models: { fast: { latency: { ttft: { baseMs: 5 }, outputToken: { ms: 60_000 } }, capacity: 1 } },
    });
    const gone = await rawExchange(`${url}/chat/completions`, chat, { waitMs: 80 });
    expect(gone.ended).toBe('silence');
    await expect.poll(() => log.length).toBe(1);
    expect(log[0]).toMatchObject({ abandoned: true, status: 200 });
    // One token avoids the wait for the slow ones.
    expect(readChatStream(await (await post({ ...chat, max_tokens: 1 })).text()).done).toBe(true);
  });

  test('records right and wrong numbers', async () => {
    const { post, log } = await start({ models: { fast: { output: { correctRate: 0 } } } });
    const content = 'Convert this number from words to digits: seventeen.';
    const response = await post({ ...chat, messages: [{ role: 'user', content }] });
    expect(readChatStream(await response.text()).text).not.toBe('17');
    await expect.poll(() => log.length).toBe(1);
    expect(log[0]).toMatchObject({ numberIsRight: false });
  });
});

test('the same seed gives the same answers and schedule in any order of requests', async () => {
  const answers = [];
  for (const seed of [1, 1, 2]) {
    const { post } = await start({ seed });
    answers.push(readChatStream(await (await post({ ...chat, max_tokens: 40 })).text()).text);
  }
  expect(answers[0]).toBe(answers[1]);
  expect(answers[0]).not.toBe(answers[2]);
});

test('connections are reset before the request as often as configured', async () => {
  const { url } = await start({ resetAtAccept: { every: 2 } });
  const ends = [];
  for (let connection = 0; connection < 4; connection++)
    ends.push((await rawExchange(`${url}/chat/completions`, chat)).ended);
  expect(ends).toEqual(['closed', 'ECONNRESET', 'closed', 'ECONNRESET']);
});

test('a stream does not wait for another that is due later', async () => {
  const slow = { latency: { ttft: { baseMs: 60_000 } } };
  const { post, url, log } = await start({ models: { ...presets.fast, slow } });
  const waiting = rawExchange(`${url}/chat/completions`, { ...chat, model: 'slow' }, { waitMs: 500 });
  await expect.poll(async () => (await post({ ...chat, max_tokens: 3 })).text()).toContain('[DONE]');
  await waiting;
  await expect.poll(() => log.some((line) => line.model === 'slow')).toBe(true);
  expect(log.find((line) => line.model === 'fast')).toMatchObject({ finishReason: 'length' });
});

test('a connection that is reused in time is not closed as idle', async () => {
  const { url } = await start({
    models: { fast: { latency: { ttft: { baseMs: 400 } } }, quick: { latency: { ttft: { baseMs: 0 } } } },
    idleCloseMs: 150,
  });
  const agent = new Agent({ connections: 1 });
  const ask = async (model: string) => {
    const { body } = await request(`${url}/chat/completions`, {
      dispatcher: agent,
      method: 'POST',
      body: JSON.stringify({ ...chat, model, max_tokens: 2 }),
    });
    return readChatStream(await body.text()).done;
  };
  // The second answer takes longer than the idle limit, so it is complete only if the connection counts as busy.
  expect([await ask('quick'), await ask('fast')]).toEqual([true, true]);
  await agent.close();
});

test('idle connections are closed without notice to the client', async () => {
  const { url } = await start({ idleCloseMs: 20 });
  const exchange = await rawExchange(`${url}/chat/completions`, chat, { headers: '' });
  expect(exchange.ended).toBe('closed');
  expect(exchange.text.toLowerCase()).toContain('connection: keep-alive');
  expect(exchange.text.toLowerCase()).not.toContain('timeout=');
});
