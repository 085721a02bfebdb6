import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createLinter, loadTextlintrc } from 'textlint';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const foreign = readFileSync(resolve(import.meta.dirname, 'fixtures/foreign.md'), 'utf8');

/** Returns what the prose linter says of a text as if it were the content of the named file. */
async function lintProse(text: string, fileName: string): Promise<string[]> {
  const descriptor = await loadTextlintrc({ configFilePath: resolve(root, '.textlintrc.json') });
  const { messages } = await createLinter({ descriptor }).lintText(text, resolve(root, fileName));
  return messages.map(({ message }) => message);
}

describe('the prose linter', () => {
  test.each(['docs/page.md', 'shared/file.ts', 'openapi.yaml'])(
    'refuses a foreign sentence in %s',
    async (fileName) => {
      expect(await lintProse(foreign, fileName)).toEqual([
        'stands in => is in',
        'the figures => the value',
        'are held against => is compared with',
        'likewise => also',
      ]);
    },
  );

  test('accepts the same statement in plain English', async () => {
    const plain = 'Metrics defines each timestamp. The service compares the values with the baseline.';
    expect(await lintProse(plain, 'docs/page.md')).toEqual([]);
  });
});
