import { describe, expect, test } from 'vitest';
import { runAtOnce } from '../../../../shared/time-slices.ts';
import { datasetKinds } from '../../../../shared/workload/datasets/dataset.ts';

const bytes = 4_194_304;

describe('datasetKinds', () => {
  test('rejects invalid lines', () => {
    expect(() => runAtOnce(datasetKinds.prompts.read('{"prompt":1}'))).toThrow();
    expect(() => runAtOnce(datasetKinds.prompts.read('not JSON'))).toThrow();
  });

  test.each([
    ['prompts', `${JSON.stringify({ prompt: 'why is the sky blue? '.repeat(4) })}\n`],
    ['lines', 'shall i compare thee to a summer day\n'],
  ] as const)('reads every entry of 4 MB of %s', (kind, line) => {
    const text = line.repeat(Math.floor(bytes / line.length));
    expect(runAtOnce(datasetKinds[kind].read(text)).entries.length).toBe(Math.floor(bytes / line.length));
  });
});
