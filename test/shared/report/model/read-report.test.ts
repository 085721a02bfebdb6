import { expect, test } from 'vitest';
import { readReport, upgradeReport } from '../../../../shared/report/model/read-report.ts';
import type { Report } from '../../../../shared/report/model/report.ts';
import { reportShapes } from '../report-shapes.ts';

type Counts = Report['stages'][number]['counts'];

const toEarlierCounts = ({ canceled, byOutcome, notSentByReason, ...rest }: Counts) => {
  const { canceled: canceledOutcome, ...outcomes } = byOutcome;
  const { precision_reached, ...reasons } = notSentByReason;
  return {
    ...rest,
    cancelled: canceled,
    byOutcome: { ...outcomes, cancelled: canceledOutcome },
    notSentByReason: { ...reasons, sure: precision_reached },
  };
};

test('readReport renames the request and warm-up counts of a 0.1.0 report', () => {
  const report = reportShapes.allFailed();
  const toEarlier = <T extends Pick<Report['stages'][number], 'counts' | 'warmup'>>(part: T) => ({
    ...part,
    counts: toEarlierCounts(part.counts),
    warmup: { ...part.warmup, counts: toEarlierCounts(part.warmup.counts) },
  });
  const { stages, targets, ...rest } = report;
  const earlier = { ...rest, schemaVersion: 1, stages: stages.map(toEarlier), targets: targets.map(toEarlier) };
  expect(readReport(JSON.stringify(earlier))).toEqual(report);
});

test('upgradeReport renames cross-over, hardware cost and search of a 0.1.0 report', () => {
  const place = { targetId: 'a', stageIndex: 1, requestIndex: 7 };
  const earlierPlace = { target: 'a', stage: 1, index: 7 };
  const part = { cost: { dedicated: { stageIndex: 2, window: 'full' } } };
  const earlierPart = { cost: { dedicated: { stage: 2, window: 'whole' } } };
  const earlier = {
    schemaVersion: 1,
    run: { load: { mode: 'sweep', search: { find: 'slo', objectives: [] } } },
    stages: [earlierPart],
    targets: [earlierPart],
    crossOver: {
      examples: [
        { ...earlierPlace, other: earlierPlace },
        { ...earlierPlace, other: null },
      ],
    },
  };
  expect(upgradeReport(earlier)).toEqual({
    schemaVersion: 2,
    run: { load: { mode: 'sweep', search: { find: 'slo', slos: [] } } },
    stages: [part],
    targets: [part],
    crossOver: {
      examples: [
        { ...place, other: place },
        { ...place, other: null },
      ],
    },
  });
});
