import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composePrompt } from '../../../../../bench/peers/reference/reference-prompt.ts';
import {
  type ReferenceServer,
  startReferenceServer,
} from '../../../../../bench/peers/reference/start-reference-server.ts';
import { countTokens } from '../../../../../shared/workload/tokenizers/count-tokens.ts';

let server: ReferenceServer;
beforeAll(async () => {
  server = await startReferenceServer({ model: 'm', tokensPerSecond: 1_000, firstTokenMs: { min: 20, max: 40 } });
});
afterAll(() => server.close());

const ask = (path: string, body: object) =>
  fetch(`${server.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'x-request-id': 'mine' } });

async function readEvents(response: Response) {
  const text = await response.text();
  const data = text.split('\n\n').filter((event) => event !== '');
  expect(data.at(-1)).toBe('data: [DONE]');
  return data.slice(0, -1).map((event) => JSON.parse(event.slice('data: '.length)));
}

describe('the reference server', () => {
  it('streams the requested number of tokens, one per event, and reports it in its usage', async () => {
    const messages = [{ role: 'user', content: composePrompt(7, 20) }];
    const events = await readEvents(await ask('/chat/completions', { stream: true, max_tokens: 50, messages }));
    const text = events.map(({ choices }) => choices[0]?.delta?.content ?? '').join('');
    expect(events).toHaveLength(52);
    expect(countTokens(text)).toBe(50);
    expect(events.at(-1).usage.completion_tokens).toBe(50);
  });

  it('logs receipt, each token and the end in order, no token before it is due', async () => {
    const before = server.log().length;
    const prompt = composePrompt(8, 20);
    await readEvents(await ask('/completions', { stream: true, max_tokens: 30, prompt }));
    const line = server.log()[before];
    const earliestMs = (line?.receivedAtMs ?? Number.NaN) + 20;
    expect(line).toMatchObject({ sequence: before, promptNumber: 8, requestId: 'mine' });
    expect(line?.tokensSentAtMs).toHaveLength(30);
    expect(line?.tokensSentAtMs).toEqual(line?.tokensSentAtMs.toSorted((a, b) => a - b));
    expect(line?.tokensSentAtMs.every((atMs, token) => atMs >= earliestMs + token)).toBe(true);
    expect(line?.endSentAtMs).toBeGreaterThanOrEqual(line?.tokensSentAtMs.at(-1) ?? Number.POSITIVE_INFINITY);
  });

  it('answers unstreamed requests, lists its model, and refuses other paths', async () => {
    const whole = await (await ask('/chat/completions', { max_tokens: 5, messages: [] })).json();
    expect(whole).toMatchObject({ choices: [{ message: { role: 'assistant' } }], usage: { completion_tokens: 5 } });
    expect(await (await fetch(`${server.url}/models`)).json()).toMatchObject({ data: [{ id: 'm' }] });
    expect((await ask('/embeddings', {})).status).toBe(404);
  });
});
