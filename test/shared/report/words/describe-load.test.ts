import { expect, test } from 'vitest';
import { rateScale } from '../../../../shared/load/modes/rate/rate-scale.ts';
import { buildReport } from '../../../../shared/report/build/build-report.ts';
import { nameStage } from '../../../../shared/report/words/describe-load.ts';
import { makeTwoProviders } from '../../../support/factories/sample-factory.ts';

test.each([
  [0.5, '0.5/s'],
  [2, '2/s'],
  [12_345, '12345/s'],
  [1.793372319688109, '1.79337/s'],
  [1 / 3, '0.333333/s'],
])('%d a second is shown as %s', (perSecond, label) => {
  expect(rateScale.label(perSecond)).toBe(label);
});

test('nameStage names a stage by its load, adds the index for equal loads, and uses only the index for an unknown load', () => {
  const { stages } = buildReport(makeTwoProviders(20));
  const [first, second] = stages;
  if (first === undefined || second === undefined) throw new Error('two providers make two stages');
  expect(nameStage(first, stages)).toBe('anyscale at concurrency 5');
  const matching = { ...first, stageIndex: 7 };
  expect(nameStage(matching, [...stages, matching])).toBe('anyscale at concurrency 5 (stage 7)');
  const unknown = { ...first, load: { ...first.load, concurrency: null, requestsPerSecond: null } };
  expect(nameStage(unknown, [unknown, second])).toBe('anyscale, stage 0');
});
