import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { presets } from '../../../infra/provider/config/presets.ts';
import { providerConfigSchema } from '../../../infra/provider/config/provider-config.ts';
import { readArguments } from '../../../infra/provider/config/read-arguments.ts';
import { serveProvider } from '../../../infra/provider/serve-provider.ts';
import { startProviderProcess } from '../../support/servers/provider-process.ts';

const script = fileURLToPath(new URL('../../../infra/provider/provider.ts', import.meta.url));
const body = JSON.stringify({
  model: 'fast',
  stream: true,
  max_tokens: 5,
  messages: [{ role: 'user', content: 'Hello' }],
});

describe('provider process', () => {
  test('prints its URL, answers, and writes its whole log before it ends', async () => {
    const provider = await startProviderProcess({ preset: ['fast', 'faults'], timeScale: 0.5 });
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`${provider.url}/chat/completions`, { method: 'POST', body })),
    );
    await Promise.all(responses.map((response) => response.text()));
    const log = await provider.stop();
    expect(log.map((line) => line.sequence).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(log.every((line) => line.outputTokens === 5)).toBe(true);
  });

  test('ends when the pipe of its standard input ends', async () => {
    const child = spawn(process.execPath, [script, '--preset', 'instant'], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const exit = once(child, 'exit');
    child.stdin.end();
    expect(await exit).toEqual([0, null]);
  });

  const readFault = async (...args: string[]) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    const errors: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
    expect((await once(child, 'close'))[0]).toBe(1);
    return errors.join('');
  };

  test.each([
    [['--fault', 'explode'], /^--fault "explode" does not exist\. Use one of: [a-z-]+, .*\n$/],
    [['--fault', 'stall:every=0'], /^models\.fast\.faults\.0\.every: .*\n$/],
  ])('%j ends it with one line that names the fault', async (args, line) => {
    expect(await readFault(...args)).toMatch(line);
  });

  test('a port in use ends it with one line that names a remedy', async () => {
    const provider = await serveProvider({ models: presets.instant });
    const { port } = new URL(provider.url);
    expect(await readFault('--port', port)).toBe(
      `Port ${port} is in use. Stop the other program, or use another port: --port 8798\n`,
    );
    await provider.close();
  });

  test('serves only its own paths, and not those of a base URL that already has the whole path', async () => {
    const provider = await serveProvider({ models: presets.fast });
    for (const path of [
      '/chat/completions/chat/completions',
      '/completions/chat/completions',
      '/completions/completions',
    ])
      expect((await fetch(`${provider.url}${path}`, { method: 'POST', body })).status).toBe(404);
    await provider.close();
  });
});

describe('readArguments', () => {
  test.each([
    [['--preset', 'slow'], /^--preset "slow" does not exist\. Use one of: anyscale-2023, fireworks-2023, .*$/],
    [['--port', 'abc'], /^--port must be a whole number from 0 to 65535, not "abc"\.$/],
    [['--host', '0.0.0.0'], /^--host "0\.0\.0\.0" does not exist\. Use one of: 127\.0\.0\.1, .*$/],
    [['--slow'], /^Unknown option '--slow'.*$/],
  ])('%j is refused in one line that names the fault', (args, line) => {
    expect(() => readArguments(args)).toThrow(line);
  });

  const parse = (...args: string[]) => providerConfigSchema.parse(readArguments(args));

  test('a preset has its models under all their names', () => {
    const config = parse('--preset', 'anyscale-2023', '--preset', 'perplexity-2023', '--port', '8788', '--seed', '7');
    expect(Object.keys(config.models)).toEqual([
      'meta-llama/Llama-2-70b-chat-hf',
      'anyscale-2023',
      'llama-2-70b-chat',
      'perplexity-2023',
    ]);
    expect(config).toMatchObject({ port: 8_788, seed: 7 });
    expect(config.models['perplexity-2023']?.rateLimit).toMatchObject({ requests: 2, windowMs: 60_000 });
  });

  test('faults and their settings apply to all models', () => {
    const config = parse(
      '--preset',
      'fast',
      '--model',
      'other',
      '--fault',
      'rate-limited:every=3,retryAfter=null',
      '--fault',
      'stall:requests=2+5,afterTokens=4',
    );
    expect(Object.keys(config.models)).toEqual(['fast', 'other']);
    expect(config.models['other']?.faults).toMatchObject([
      { kind: 'rate-limited', every: 3, retryAfter: null },
      { kind: 'stall', requests: [2, 5], afterTokens: 4 },
    ]);
  });

  test('the default is the fast preset, and --help starts nothing', () => {
    expect(Object.keys(parse().models)).toEqual(['fast']);
    expect(readArguments(['--help'])).toBeNull();
  });

  test.each([['--preset', 'nobody'], ['--port', 'x'], ['--fault', 'stall:every'], ['--nonsense']])(
    'refuses %s %s',
    (...args) => {
      expect(() => parse(...args)).toThrow();
    },
  );
});
