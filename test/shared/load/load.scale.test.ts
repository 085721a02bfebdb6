import { expect, test } from 'vitest';
import { getStageMode, stageModeNames } from '../../../shared/load/load.ts';

test('a load of one has a singular noun', () => {
  const names = stageModeNames.map((mode) => [1, 2].map((value) => getStageMode({ mode }).scale.count(value)));
  for (const [one, two] of names) {
    expect(one).toMatch(/^1 (?:stream|request\/s)$/);
    expect(two).toMatch(/^2 (?:streams|requests\/s)$/);
  }
});
