import type { Report, StageReport } from '../../shared/report/model/report.ts';
import type { StudyName } from './study-names.ts';

type Figure = { value: number | null };
export type Study = ReadonlyMap<StudyName, Report>;

export function reportOf(study: Study, name: StudyName): Report {
  const report = study.get(name);
  if (report === undefined) throw new Error(`The study has no run ${name}`);
  return report;
}

export function stageOf(report: Report, targetId: string, concurrency: number): StageReport {
  const stage = report.stages.find((one) => one.targetId === targetId && one.load.concurrency === concurrency);
  if (stage === undefined) throw new Error(`There is no stage of ${targetId} at ${concurrency}`);
  return stage;
}

/** A figure to so many digits. */
export function show({ value }: Figure, unit = '', digits = 3): string {
  if (value === null) return 'none';
  const text = Number(value.toPrecision(digits)).toLocaleString('en-US', { maximumFractionDigits: 6 });
  return unit === '' ? text : `${text} ${unit}`;
}
