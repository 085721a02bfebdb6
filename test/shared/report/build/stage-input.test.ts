import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../../shared/report/build/build-report.ts';
import { checkSamples, type StageInput } from '../../../../shared/report/build/stage-input.ts';
import { makeTwoProviders } from '../../../support/factories/sample-factory.ts';

function makeStage(change: (samples: StageInput['samples']) => StageInput['samples']): StageInput {
  const [stage] = makeTwoProviders(10).stages;
  if (stage === undefined) throw new Error('the run has a stage');
  return { ...stage, samples: change(stage.samples) };
}

describe('checkSamples', () => {
  test('accepts each planned request once, in any order', () => {
    expect(() => checkSamples(makeStage((samples) => [...samples].reverse()))).not.toThrow();
  });

  test('throws for a missing request', () => {
    expect(() => checkSamples(makeStage((samples) => samples.slice(1)))).toThrow('14 samples of 15 planned');
  });

  test('throws for a duplicate request', () => {
    expect(() =>
      checkSamples(
        makeStage((samples) => samples.map((sample, i) => (i === 3 ? { ...sample, requestIndex: 4 } : sample))),
      ),
    ).toThrow('two samples of request 4');
  });

  test('throws for a request that is not planned or has the wrong kind', () => {
    const at = (index: number, warmup: boolean) => () =>
      checkSamples(
        makeStage((samples) =>
          samples.map((sample, i) => (i === 0 ? { ...sample, requestIndex: index, warmup } : sample)),
        ),
      );
    expect(at(15, true)).toThrow('not in its plan');
    expect(at(0, true)).toThrow('not in its plan');
    expect(at(10, false)).toThrow('not in its plan');
  });

  test('throws when a report is built from wrong samples', () => {
    const input = makeTwoProviders(10);
    const stages = input.stages.map((stage) => ({ ...stage, samples: stage.samples.slice(1) }));
    expect(() => buildReport({ ...input, stages })).toThrow('planned requests');
  });
});
