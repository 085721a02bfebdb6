import { renderRunHeadline } from '../render-run-headline.ts';
import type { Report } from '../report.ts';
import { describeWorkload } from './describe-workload.ts';
import { plainText, shortText } from './plain-text.ts';
import { wrapText } from './wrap-text.ts';

/** Which run it was, what was asked of whom, and how. */
export function renderHeader(report: Report, width: number): string[] {
  const { run } = report;
  const labelled: [string, string][] = [
    ...report.targets.map(({ target, model, baseUrl, protocol }, i): [string, string] => [
      i === 0 ? 'Targets' : '',
      `${shortText(target, 40)}: ${shortText(model, 60)} by ${protocol} at ${plainText(baseUrl)}`,
    ]),
    ['Workload', `${describeWorkload(run.workload)}; seed ${run.seed}`],
    ...run.workloadNotes.map((note): [string, string] => ['', note]),
    ['Load', describeLoad(report)],
    ['Started', run.startedAt === null ? 'never' : `${run.startedAt.slice(0, 19).replace('T', ' ')} UTC`],
    ...(run.stop === null ? [] : [['Stopped', `early: ${run.stop}`] as [string, string]]),
    ...(run.failure === null
      ? []
      : [['Failure', `${run.failure.code}: ${plainText(run.failure.message)}`] as [string, string]]),
  ];
  return [
    ...wrapText(renderRunHeadline(report), width),
    '',
    ...labelled.flatMap(([name, text]) => wrapText(text, width, ' '.repeat(10), name.padEnd(10))),
  ];
}

function describeLoad({ run }: Report): string {
  const { load, order } = run;
  const stages = load.stages.map((stage) =>
    'concurrency' in stage
      ? `${stage.requests} requests at ${stage.concurrency} concurrent`
      : `${stage.requests} requests at ${stage.requestsPerSecond}/s`,
  );
  const mode = {
    concurrency: 'closed loop',
    rounds: load.mode === 'rounds' ? `rounds, ${load.minPeriodMs} ms apart at least` : '',
    rate: load.mode === 'rate' ? `${load.arrivals} arrivals` : '',
  }[load.mode];
  return `${mode}: ${stages.join(', ')}; ${load.warmupRequests} warm-up requests; targets ${order}`;
}
