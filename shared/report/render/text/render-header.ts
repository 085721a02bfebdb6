import { describeWorkload } from '../../../workload/workload.ts';
import type { Report, StageReport } from '../../model/report.ts';
import { rateLabel } from '../../words/describe-load.ts';
import { plainText, shortText } from '../../words/plain-text.ts';
import { renderRunHeadline } from '../render-run-headline.ts';
import { wrapText } from './wrap-text.ts';

/** Which run it was, what was asked of whom, and how. */
export function renderHeader(report: Report, width: number): string[] {
  const { run } = report;
  const labelled: [string, string][] = [
    ...report.targets.map(({ targetId, model, baseUrl, protocol }, i): [string, string] => [
      i === 0 ? 'Targets' : '',
      `${shortText(targetId, 40)}: ${shortText(model, 60)}${protocol === null ? '' : ` by ${protocol}`}${baseUrl === null ? '' : ` at ${plainText(baseUrl)}`}`,
    ]),
    ...describeAsked(run),
    ['Load', describeLoad(report)],
    ['Started', describeStart(run)],
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

function describeAsked({ workload, seed, workloadNotes }: Report['run']): [string, string][] {
  const asked = workload === null ? [] : [`${describeWorkload(workload)}; seed ${seed}`];
  return [...asked, ...workloadNotes].map((line, i) => [i === 0 ? 'Workload' : '', plainText(line)]);
}

function describeStart({ source, startedAt }: Report['run']): string {
  if (startedAt !== null) return `${startedAt.slice(0, 19).replace('T', ' ')} UTC`;
  return source === 'imported' ? 'not recorded' : 'never';
}

function describeLoad({ run, stages }: Report): string {
  const levels = new Map(stages.map((stage) => [stage.levelIndex, describeLevel(stage.load)]));
  const { load, order } = run;
  if (load === null) return [...levels.values()].join(', ');
  return `${describeMode(load)}: ${[...levels.values()].join(', ')}; ${countRequests(load.warmupRequests, 'warm-up request')}; targets ${order}`;
}

function describeLevel(load: StageReport['load']): string {
  const { requests, concurrency, requestsPerSecond, fromRequestsPerSecond, rampMs } = load;
  const ramp = rampMs === null || rampMs === 0 ? '' : ` within ${Number((rampMs / 1_000).toPrecision(3))} s`;
  if (requestsPerSecond === null)
    return `${countRequests(requests)} at ${concurrency ?? 'unknown'} concurrent${ramp && `, open${ramp}`}`;
  const rate = rateLabel(requestsPerSecond);
  return ramp === ''
    ? `${countRequests(requests)} at ${rate}`
    : `${countRequests(requests)} from ${rateLabel(fromRequestsPerSecond ?? 0)} to ${rate}${ramp}`;
}

function countRequests(count: number, noun = 'request'): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function describeMode(load: NonNullable<Report['run']['load']>): string {
  switch (load.mode) {
    case 'concurrency':
      return 'closed loop';
    case 'rounds':
      return `rounds, ${load.minPeriodMs} ms apart at least`;
    case 'trace':
      return load.speed === 1 ? 'as traced' : `as traced, at ${load.speed} times the speed`;
    case 'sweep':
      return load.over === 'rate' ? `sweep of rates, ${describeArrivals(load)}` : 'sweep of closed loops';
    case 'rate':
      return describeArrivals(load);
  }
}

function describeArrivals(load: { arrivals: string; burstiness?: number | undefined }): string {
  return load.burstiness === undefined
    ? `${load.arrivals} arrivals`
    : `${load.arrivals} arrivals of burstiness ${load.burstiness}`;
}
