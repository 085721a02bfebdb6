import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../shared/adapters/pino-logger.ts';

/** Creates a logger and the list of lines that it writes. */
function record(level: 'debug' | 'info' | 'warn' = 'info') {
  const lines: string[] = [];
  const logger = createLogger(level, { write: (line: string) => void lines.push(line) });
  return { logger, lines, objects: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const alphabet = [...'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'];
const tail = fc
  .array(fc.constantFrom(...alphabet), { minLength: 12, maxLength: 40 })
  .map((letters) => letters.join(''));
/** A text with the pattern of a secret, and the part of it that must not be logged. */
const formed = fc
  .tuple(fc.constantFrom('tm_', 'tm_live_', 'Bearer ', 'bearer  ', 'Basic ', 'whsec_', 'sk-', 'sk-proj-'), tail)
  .map(([prefix, secret]) => ({ text: prefix + secret, secret }));
const secretName = fc.constantFrom(
  'apiKey',
  'api_key',
  'x-api-key',
  'Authorization',
  'proxy-authorization',
  'secret',
  'webhookSecret',
  'secretValue',
  'token',
  'accessToken',
  'password',
  'credential',
  'privateKey',
  'Set-Cookie',
);
/** Nests a value in fields, lists, maps, sets, and errors. */
const nest = fc.array(
  fc.constantFrom<(value: unknown) => unknown>(
    (value) => ({ inner: value, other: 1 }),
    (value) => [0, value],
    (value) => new Map([['entry', value]]),
    (value) => new Set([value]),
    (value) => new Error('failed', { cause: value }),
    (value) => new AggregateError([value], 'several'),
    (value) => ({ error: { response: value } }),
  ),
  { maxLength: 7 },
);
const wrap = (value: unknown, layers: ((value: unknown) => unknown)[]) =>
  layers.reduce((inner, layer) => layer(inner), value);

describe('logger', () => {
  it('writes one JSON object per line, with level, time, and message', () => {
    const { logger, objects } = record();
    logger.info('run ended', { runId: 'run_1', count: 3 });
    logger.warn('slow');
    logger.error('broken\nline', { nothing: null });
    expect(objects()).toMatchObject([
      { level: 'info', message: 'run ended', runId: 'run_1', count: 3 },
      { level: 'warn', message: 'slow' },
      { level: 'error', message: 'broken\nline', nothing: null },
    ]);
    for (const { time } of objects()) expect(new Date(String(time)).toISOString()).toBe(time);
  });

  it('passes the fields of a child to its lines and its own children', () => {
    const { logger, objects } = record();
    logger.child({ requestId: 'req_1' }).child({ runId: 'run_1' }).info('x', { stageIndex: 0 });
    expect(objects()).toMatchObject([{ requestId: 'req_1', runId: 'run_1', stageIndex: 0 }]);
  });

  it('writes nothing below its level', () => {
    const { logger, lines } = record('warn');
    logger.info('x');
    expect(lines).toEqual([]);
  });

  it('never lets a field overwrite level, time, or message', () => {
    const { logger, lines, objects } = record();
    logger.info('real', { message: 'fake', level: 'fake', time: 'fake' });
    expect(objects()).toMatchObject([{ level: 'info', message: 'real', message_: 'fake' }]);
    expect(lines[0]?.match(/"(level|message|time)":/g)).toHaveLength(3);
  });

  it('never shows a text that matches the pattern of a secret, at any place', () => {
    fc.assert(
      fc.property(formed, nest, fc.string(), ({ text, secret }, layers, around) => {
        const { logger, lines } = record();
        const planted = `${around} ${text} ${around}`;
        logger.info(planted, { field: wrap(planted, layers) });
        logger.error('x', { error: wrap(new Error(planted), layers), [`name ${text}`]: 1 });
        logger.child({ context: wrap({ url: `https://h/?k=${text}` }, layers) }).warn('y');
        expect(lines).toHaveLength(3);
        expect(lines.join('')).not.toContain(secret);
      }),
    );
  });

  it('never shows the value of a field named like a secret, at any depth', () => {
    fc.assert(
      fc.property(secretName, tail, nest, nest, (name, secret, inside, outside) => {
        const { logger, lines } = record();
        logger.info('x', { field: wrap({ [name]: wrap(secret, inside) }, outside) });
        logger.child({ [name]: wrap(secret, inside) }).error('y');
        expect(lines).toHaveLength(2);
        expect(lines.join('')).not.toContain(secret);
      }),
    );
  });

  it('never shows the password in a URL', () => {
    const { logger, lines } = record();
    logger.error('failed', { error: new TypeError('fetch failed: https://user:hunter22@example.com/v1') });
    expect(lines[0]).toContain('https://[redacted]@example.com/v1');
  });

  it('shows fields whose names only resemble a secret: ids, counts, and token metrics', () => {
    const { logger, objects } = record();
    const fields = {
      apiKeyId: 'key_1',
      credentialIds: ['crd_1'],
      inputTokens: 550,
      outputTokens: 150,
      apiKeyCount: 2,
      masterKeyFile: 'master-key',
      tokens: 7,
      hasToken: true,
    };
    logger.info('x', fields);
    expect(objects()).toMatchObject([fields]);
  });

  it('writes an error with type, message, stack, code, and cause, and no other fields that libraries add', () => {
    const { logger, objects } = record();
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new TypeError('fetch failed', { cause }), { request: { body: 'private words' } });
    logger.error('x', { error });
    const [line] = objects();
    expect(line?.['error']).toMatchObject({
      type: 'TypeError',
      message: 'fetch failed',
      cause: { message: 'refused', code: 'ECONNREFUSED' },
    });
    expect(JSON.stringify(line)).not.toContain('private words');
    expect(JSON.stringify(line)).toContain('pino-logger.test.ts');
  });

  it('accepts any value: cycles, deep nesting, getters that throw, bytes, functions', () => {
    const { logger, lines } = record();
    const cyclic: Record<string, unknown> = { a: 1 };
    cyclic['self'] = cyclic;
    let deep: unknown = 'bottom';
    for (let i = 0; i < 1_000; i++) deep = { deep };
    const hostile = Object.defineProperty({}, 'x', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    const values = {
      cyclic,
      deep,
      big: 10n,
      bytes: new Uint8Array(9),
      f: () => 0,
      date: new Date(Number.NaN),
      hostile,
    };
    expect(() => logger.info('x', values)).not.toThrow();
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withSet: true, withNullPrototype: true }), (value) => {
        expect(() => logger.info('y', { value })).not.toThrow();
      }),
    );
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('cuts a very long text', () => {
    const { logger, lines } = record();
    logger.info('x', { text: 'a'.repeat(1_000_000) });
    expect(lines[0]?.length).toBeLessThan(10_000);
  });
});
