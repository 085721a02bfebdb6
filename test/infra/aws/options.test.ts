import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseOptions, readOptions, stages } from '../../../infra/aws/options.ts';
import { synthesize } from './stack/synthesize.ts';

describe('options', () => {
  test('every stage can be synthesized', () => {
    for (const stage of Object.keys(stages)) {
      const { template } = synthesize(readOptions(stage));
      expect(template.toJSON()).toHaveProperty('Resources');
    }
  }, 60_000);

  test('an invalid option is reported with the valid ones', () => {
    expect(() => readOptions('nowhere')).toThrow(
      /Unknown deployment stage nowhere\. Deployment stages in infra\/aws\/options.ts: dev, prod/,
    );
    expect(() => parseOptions({ region: 'mars' })).toThrow(/region/);
    expect(() => synthesize({ settings: { RATE_LIMIT: '5' } })).toThrow(
      /RATE_LIMIT\. Valid names: .*RATE_LIMIT_PER_MINUTE/,
    );
    expect(() => synthesize({ settings: { TABLE_NAME: 'mine' } })).toThrow(/TABLE_NAME\. Valid names: /);
    expect(() => synthesize({ settings: { LEASE_MS: 'long' } })).toThrow(/LEASE_MS/);
  });

  test('every default is documented', () => {
    const text = readFileSync(resolve(import.meta.dirname, '../../../docs/deploy.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `([a-zA-Z]+)` \| ([^|]*) \|/gm)].map(([, name = '', stated = '']) => [
      name,
      stated.trim(),
    ]);
    const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
    expect(Object.fromEntries(rows)).toEqual(
      Object.fromEntries(Object.entries(parseOptions({})).map(([name, value]) => [name, shown(value)])),
    );
  });
});
