import { getLoadMode } from '../../load/load.ts';
import { describeWorkload } from '../../workload/workload.ts';
import type { Report, StageReport } from '../model/report.ts';
import { formatRate } from '../words/describe-load.ts';
import { formatNumber, formatShort } from '../words/format-number.ts';
import { chooseOriginWords } from '../words/origin-words.ts';
import { shortText } from '../words/plain-text.ts';
import type { Fact } from './document.ts';
import type { Labels } from './labels.ts';
import { describeRuntimes } from './write-instrument.ts';

/** What was asked, how it was measured, and what names the run. */
export function listFacts(report: Report, labels: Labels): Fact[] {
  const { runId, manifestSha256, promptDigest, rerunOf, metadata } = report.run;
  const conditions = listConditions(report, labels);
  const isTimed = conditions.some(({ label }) => label === 'Measured');
  const digest = promptDigest === null ? [] : [`first ${promptDigest.count} prompts ${promptDigest.sha256}`];
  return [
    ...listAsked(report).filter(({ label }) => !(isTimed && label === 'Started')),
    ...conditions,
    { label: 'Run', lines: [rerunOf === null ? runId : `${runId}, which repeats ${rerunOf}`] },
    { label: chooseOriginWords(report.run).hashed, lines: [`SHA-256 ${manifestSha256}`, ...digest] },
    ...Object.entries(metadata).map(([key, value]) => ({ label: key, lines: [value] })),
  ];
}

/** What was asked of whom, and how. */
export function listAsked(report: Report): Fact[] {
  const { run, targets } = report;
  const { workload, seed, workloadNotes, stop, failure } = run;
  const asked = workload === null ? [] : [`${describeWorkload(workload)}; seed ${seed}`];
  return [
    { label: 'Targets', lines: targets.map(describeTarget) },
    { label: 'Workload', lines: [...asked, ...workloadNotes] },
    { label: 'Load', lines: [describeLoad(report)] },
    { label: 'Started', lines: [describeStart(run)] },
    { label: 'Stopped', lines: stop === null ? [] : [`early: ${stop}`] },
    { label: 'Failure', lines: failure === null ? [] : [`${failure.code}: ${failure.message}`] },
  ].filter(({ lines }) => lines.length > 0);
}

function describeTarget({ targetId, model, baseUrl, protocol }: Report['targets'][number]): string {
  const by = protocol === null ? '' : ` by ${protocol}`;
  const at = baseUrl === null ? '' : ` at ${baseUrl}`;
  return `${shortText(targetId, 40)}: ${shortText(model, 60)}${by}${at}`;
}

function describeStart(run: Report['run']): string {
  const { startedAt } = run;
  return startedAt === null ? chooseOriginWords(run).unknownStart : `${startedAt.slice(0, 19).replace('T', ' ')} UTC`;
}

function describeLoad({ run: { load, order }, stages }: Report): string {
  const levels = [...new Map(stages.map((stage) => [stage.levelIndex, describeLevel(stage.load)])).values()].join(', ');
  if (load === null) return levels;
  return `${getLoadMode(load).describe(load)}: ${levels}; ${countRequests(load.warmupRequests, 'warm-up request')}; targets ${order}`;
}

function describeLevel(load: StageReport['load']): string {
  const { requests, concurrency, requestsPerSecond, fromRequestsPerSecond, rampMs } = load;
  const ramp = rampMs === null || rampMs === 0 ? '' : ` within ${Number((rampMs / 1_000).toPrecision(3))} s`;
  if (requestsPerSecond === null)
    return `${countRequests(requests)} at ${concurrency ?? 'unknown'} concurrent${ramp && `, open${ramp}`}`;
  const rate = formatRate(requestsPerSecond);
  return ramp === ''
    ? `${countRequests(requests)} at ${rate}`
    : `${countRequests(requests)} from ${formatRate(fromRequestsPerSecond ?? 0)} to ${rate}${ramp}`;
}

function countRequests(count: number, noun = 'request'): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Under which conditions the numbers came about, beyond what was asked. */
function listConditions(report: Report, labels: Labels): Fact[] {
  return [
    { label: 'Measured', lines: describeTime(report) },
    { label: 'Tokens', lines: describeTokens(report, labels) },
    { label: 'Requests', lines: describeRequests(report) },
    { label: 'Instrument', lines: describeInstrument(report) },
  ].filter(({ lines }) => lines.length > 0);
}

/** From the first start of a measured request to the last end, by the wall clock. */
function describeTime({ stages }: Report): string[] {
  const spans = stages.flatMap(({ windows: { full } }) => {
    if (full.from === null || full.durationMs === null) return [];
    const fromMs = Date.parse(full.from);
    return [{ fromMs, toMs: fromMs + full.durationMs }];
  });
  if (spans.length === 0) return [];
  const fromMs = Math.min(...spans.map((span) => span.fromMs));
  const toMs = Math.max(...spans.map((span) => span.toMs));
  const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString().slice(0, 19).replace('T', ' '));
  const isOneDay = from?.slice(0, 11) === to?.slice(0, 11);
  return [`${from} to ${isOneDay ? to?.slice(11) : to} UTC (${describeDuration(toMs - fromMs)})`];
}

function describeDuration(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 120) return `${formatNumber(seconds, 1)} s`;
  return seconds < 7_200 ? `${formatNumber(seconds / 60, 1)} min` : `${formatNumber(seconds / 3_600, 1)} h`;
}

/** What the prompts and answers came to: targets whose answers differ in length differ in latency for that alone. */
function describeTokens({ targets }: Report, labels: Labels): string[] {
  const spread = (mean: number, stddev: number | null) =>
    `${formatNumber(mean, 1)}${stddev === null ? '' : ` ± ${formatNumber(stddev, 1)}`}`;
  const lines = targets.flatMap(({ targetId, requests: { inputTokens: input, outputTokens: output } }) =>
    input.mean === null || output.mean === null
      ? []
      : `${labels.target(targetId)}: ${spread(input.mean, input.stddev)} in, ${spread(output.mean, output.stddev)} out`,
  );
  return lines.length === 0 ? [] : [...lines, 'as counted of good requests: mean ± standard deviation'];
}

/** How requests were sent, where all of that is known: connections, time limit, and what was asked besides the prompt. */
function describeRequests({ run: { limits }, manifest, targets }: Report): string[] {
  const connections = new Set(targets.flatMap(({ connection }) => connection ?? []));
  const ways = [...connections].map((way) => (way === 'reuse' ? 'connections reused' : 'a fresh connection each'));
  const limit = limits === null ? [] : [`given up after ${formatNumber(limits.requestTimeoutMs / 1_000, 0)} s`];
  const parts = [...ways, ...limit, ...describeBodies(manifest?.spec.targets ?? [])];
  return parts.length === 0 ? [] : [parts.join('; ')];
}

/** What was sent besides the prompt: once where it is the same for all targets, else of each that has any. */
function describeBodies(targets: readonly { id: string; body: Record<string, unknown> }[]): string[] {
  const bodies = targets.map(({ id, body }) => ({ id, text: JSON.stringify(body) }));
  const isSame = new Set(bodies.map(({ text }) => text)).size === 1;
  const asked = bodies.filter(({ text }) => text !== '{}');
  if (isSame) return asked.slice(0, 1).map(({ text }) => `body ${text}`);
  return asked.map(({ id, text }) => `body of ${id} ${text}`);
}

/** The worst error bar, how many workers there were, and with what they measured, and where. */
function describeInstrument({ stages, run }: Report): string[] {
  // Nothing was sent from here, so there is no instrument to describe.
  if (run.seed === null) return [];
  const errors = stages.flatMap(({ instrument }) => instrument.errorP99Ms ?? []);
  const bar =
    errors.length === 0 ? 'error bar not known' : `error bar ${formatShort(Math.max(...errors))} ms (p99, worst stage)`;
  const workers = Math.max(0, ...stages.map(({ batches }) => batches));
  return [`${bar}; ${workers === 1 ? '1 worker' : `up to ${workers} workers`} a stage`, ...describeRuntimes(stages)];
}
