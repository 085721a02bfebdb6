import type { Report, StageReport } from '../../shared/report/model/report.ts';

type Value = { value: number | null };
export type Study = ReadonlyMap<StudyName, Report>;

export function getReport(study: Study, name: StudyName): Report {
  const report = study.get(name);
  if (report === undefined) throw new Error(`The study has no run "${name}".`);
  return report;
}

export function getStage(report: Report, targetId: string, concurrency: number): StageReport {
  const stage = report.stages.find((one) => one.targetId === targetId && one.load.concurrency === concurrency);
  if (stage === undefined)
    throw new Error(`The report has no stage for target "${targetId}" at concurrency ${concurrency}.`);
  return stage;
}

/** Renders a value with a number of significant digits. */
export function show({ value }: Value, unit = '', digits = 3): string {
  if (value === null) return 'none';
  const text = Number(value.toPrecision(digits)).toLocaleString('en-US', { maximumFractionDigits: 6 });
  return unit === '' ? text : `${text} ${unit}`;
}

/** The runs of the study in order; each is a spec in examples/blog-2023. */
export const studyNames = ['concurrency-sweep', 'continuous', 'prefill', 'perplexity-15s', 'perplexity-30s'] as const;
export type StudyName = (typeof studyNames)[number];
