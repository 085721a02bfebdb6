import { describe, expect, test } from 'vitest';
import { countEntries, readDataset } from '../../../../shared/workload/datasets/dataset.ts';

const bytes = 4_194_304;

describe('readDataset', () => {
  test('refuses lines that were never checked', () => {
    expect(() => readDataset('prompts', '{"prompt":1}')).toThrow();
    expect(() => readDataset('prompts', 'not JSON')).toThrow();
  });

  test.each([
    ['prompts', `${JSON.stringify({ prompt: 'why is the sky blue? '.repeat(4) })}\n`],
    ['lines', 'shall i compare thee to a summer day\n'],
  ] as const)('reads 4 MB of %s, every entry', (kind, line) => {
    const text = line.repeat(Math.floor(bytes / line.length));
    expect(countEntries(readDataset(kind, text))).toBe(Math.floor(bytes / line.length));
  });
});
