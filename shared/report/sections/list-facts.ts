import { getLoadMode, getStageMode } from '../../load/load.ts';
import { describeWorkload } from '../../workload/workload.ts';
import type { Report, StageReport } from '../model/report.ts';
import { countThings, formatNumber, formatShort, shortenText } from '../words/format-text.ts';
import type { Fact } from './document.ts';
import type { Labels } from './labels.ts';
import type { OriginWords } from './origin-words.ts';
import { describeRuntimes } from './write-method.ts';

/** Lists the facts about a run: what was requested, the conditions of the measurement, and the run's identity. */
export function listFacts(report: Report, labels: Labels, words: OriginWords): Fact[] {
  const { runId, manifestSha256, promptDigest, rerunOf, metadata } = report.run;
  const measured = describeTime(report);
  const digest =
    promptDigest === null ? [] : [`SHA-256 of the first ${promptDigest.count} prompts: ${promptDigest.sha256}`];
  return [
    ...listRequested(report, words).filter(({ label }) => measured.length === 0 || label !== 'Run start'),
    { label: 'Measurement', lines: measured },
    { label: 'Tokens', lines: describeTokens(report, labels) },
    { label: 'Requests', lines: describeRequests(report) },
    { label: 'Instrument', lines: describeInstrument(report) },
    { label: 'Run', lines: [rerunOf === null ? runId : `${runId} (rerun of ${rerunOf})`] },
    { label: words.hashed, lines: [`SHA-256 ${manifestSha256}`, ...digest] },
    ...Object.entries(metadata).map(([key, value]) => ({ label: key, lines: [value] })),
  ].filter(({ lines }) => lines.length > 0);
}

/** Lists the spec's targets, workload and load, and when and how the run started and ended. */
export function listRequested(report: Report, { unknownStart }: OriginWords): Fact[] {
  const { run, targets } = report;
  const { workload, seed, workloadNotes, stop, failure, startedAt } = run;
  const requested = workload === null ? [] : [`${describeWorkload(workload)}; seed ${seed}`];
  const start = startedAt === null ? unknownStart : `${formatTime(startedAt)} UTC`;
  return [
    { label: 'Targets', lines: targets.map(describeTarget) },
    { label: 'Workload', lines: [...requested, ...workloadNotes] },
    { label: 'Load', lines: [describeLoad(report)] },
    { label: 'Run start', lines: [start] },
    { label: 'Stopped', lines: stop === null ? [] : [`early: ${stop}`] },
    { label: 'Failure', lines: failure === null ? [] : [`${failure.code}: ${failure.message}`] },
  ].filter(({ lines }) => lines.length > 0);
}

function describeTarget({ targetId, model, baseUrl, protocol }: Report['targets'][number]): string {
  const parts = [shortenText(model, 60), protocol, baseUrl].filter((part) => part !== null);
  return `${shortenText(targetId, 40)}: ${parts.join(', ')}`;
}

/** Formats an ISO timestamp to the second: "2024-01-17 12:00:00". */
function formatTime(instant: string): string {
  return instant.slice(0, 19).replace('T', ' ');
}

function describeLoad({ run: { load, order }, stages }: Report): string {
  const levels = [...new Map(stages.map((stage) => [stage.levelIndex, describeLevel(stage.load)])).values()].join(', ');
  if (load === null) return levels;
  return `${getLoadMode(load).describe(load)}: ${levels}; ${countThings(load.warmupRequests, 'warm-up request')}; targets ${order}`;
}

function describeLevel(load: StageReport['load']): string {
  const { requests, rampMs } = load;
  const ramp = rampMs === null || rampMs === 0 ? '' : ` within ${Number((rampMs / 1_000).toPrecision(3))} s`;
  return `${countThings(requests, 'request')} ${getStageMode(load).scale.describeStage(load, ramp)}`;
}

/** Describes the period from the first measured request's start to the last response's end, by the wall clock. */
function describeTime({ stages }: Report): string[] {
  const spans = stages.flatMap(({ windows: { full } }) => {
    if (full.from === null || full.durationMs === null) return [];
    const fromMs = Date.parse(full.from);
    return [{ fromMs, toMs: fromMs + full.durationMs }];
  });
  if (spans.length === 0) return [];
  const fromMs = Math.min(...spans.map((span) => span.fromMs));
  const toMs = Math.max(...spans.map((span) => span.toMs));
  const [from = '', to = ''] = [fromMs, toMs].map((ms) => formatTime(new Date(ms).toISOString()));
  const isOneDay = from.slice(0, 11) === to.slice(0, 11);
  return [`${from} to ${isOneDay ? to.slice(11) : to} UTC (${describeDuration(toMs - fromMs)}, without the warm-up)`];
}

function describeDuration(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 120) return `${formatNumber(seconds, 1)} s`;
  return seconds < 7_200 ? `${formatNumber(seconds / 60, 1)} min` : `${formatNumber(seconds / 3_600, 1)} h`;
}

/** Describes the measured token counts, because latencies of outputs with different lengths are not comparable. */
function describeTokens({ targets }: Report, labels: Labels): string[] {
  const spread = ({ mean, stddev }: { mean: number | null; stddev: number | null }) =>
    `${formatNumber(mean ?? 0, 1)}${stddev === null ? '' : ` ± ${formatNumber(stddev, 1)}`}`;
  const lines = targets.flatMap(({ targetId, requests: { inputTokens: input, outputTokens: output } }) =>
    input.mean === null || output.mean === null
      ? []
      : `${labels.target(targetId)}: ${spread(input)} in, ${spread(output)} out`,
  );
  return lines.length === 0 ? [] : [...lines, 'mean ± standard deviation of successful requests'];
}

function describeRequests({ run: { limits }, manifest, targets }: Report): string[] {
  const connections = new Set(targets.flatMap(({ connection }) => connection ?? []));
  const ways = [...connections].map((way) => (way === 'reuse' ? 'reused connections' : 'a new connection per request'));
  const limit = limits === null ? [] : [`timeout ${formatNumber(limits.requestTimeoutMs / 1_000, 0)} s`];
  const parts = [...ways, ...limit, ...describeBodies(manifest?.spec.targets ?? [])];
  return parts.length === 0 ? [] : [parts.join('; ')];
}

/** Describes the extra fields of request bodies. Lists them only once if all targets have the same fields. */
function describeBodies(targets: readonly { id: string; body: Record<string, unknown> }[]): string[] {
  const bodies = targets.map(({ id, body }) => ({ id, text: JSON.stringify(body) }));
  const isSame = new Set(bodies.map(({ text }) => text)).size === 1;
  const extra = bodies.filter(({ text }) => text !== '{}');
  if (isSame) return extra.slice(0, 1).map(({ text }) => `body ${text}`);
  return extra.map(({ id, text }) => `body of ${id} ${text}`);
}

/** Describes the largest measurement error, the workers, and their runtimes. Returns nothing for an imported run. */
function describeInstrument({ stages, run }: Report): string[] {
  if (run.seed === null) return [];
  const errors = stages.flatMap(({ instrument }) => instrument.errorP99Ms ?? []);
  const error = errors.length === 0 ? 'unknown' : `${formatShort(Math.max(...errors))} ms (p99, worst stage)`;
  const workers = Math.max(0, ...stages.map(({ batches }) => batches));
  const count = workers === 1 ? '1 worker' : `up to ${workers} workers`;
  return [`measurement error ${error}; ${count} per stage`, ...describeRuntimes(stages)];
}
