import { expect, test } from 'vitest';
import { buildReport } from '../../../../shared/report/build/build-report.ts';
import { formatRate, nameStage } from '../../../../shared/report/words/describe-load.ts';
import { makeTwoProviders } from '../../../support/sample-factory.ts';

test.each([
  [0.5, '0.5/s'],
  [2, '2/s'],
  [12_345, '12345/s'],
  [1.793372319688109, '1.79337/s'],
  [1 / 3, '0.333333/s'],
])('%d a second is shown as %s', (perSecond, label) => {
  expect(formatRate(perSecond)).toBe(label);
});

test('a stage is named by its load, by its number too where another of its target has the same, and by that alone where no load is known', () => {
  const { stages } = buildReport(makeTwoProviders(20));
  const [first, second] = stages;
  if (first === undefined || second === undefined) throw new Error('two providers make two stages');
  expect(nameStage(first, stages)).toBe('anyscale at 5 concurrent');
  const twin = { ...first, stageIndex: 7 };
  expect(nameStage(twin, [...stages, twin])).toBe('anyscale at 5 concurrent (stage 7)');
  const unknown = { ...first, load: { ...first.load, concurrency: null, requestsPerSecond: null } };
  expect(nameStage(unknown, [unknown, second])).toBe('anyscale, stage 0');
});
