import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../../shared/report/build/build-report.ts';
import { serializeReport } from '../../../../shared/report/build/serialize-report.ts';
import { readReport } from '../../../../shared/report/model/read-report.ts';
import { reportSchema } from '../../../../shared/report/model/report.ts';
import { makeTwoProviders } from '../../../support/factories/sample-factory.ts';

describe('serializeReport', () => {
  const report = buildReport(makeTwoProviders(20));

  test('writes JSON that parses to the same report', () => {
    expect(readReport(serializeReport(report))).toEqual(report);
  });

  test('does not depend on the order of keys', () => {
    const turned = Object.fromEntries(Object.entries(report).reverse());
    expect(serializeReport(reportSchema.parse(turned))).toBe(serializeReport(report));
  });

  test('throws for a number that JSON does not have', () => {
    const broken = { ...report, run: { ...report.run, seed: Number.NaN } };
    expect(() => serializeReport(broken)).toThrow();
  });
});
