import type { Report } from '../../model/report.ts';
import { targetLabels } from '../../words/describe-load.ts';
import { formatNumber, formatShort } from '../../words/format-number.ts';
import { plainText } from '../../words/plain-text.ts';
import { describeRuntimes } from '../text/describe-runtimes.ts';

/** Under which conditions the numbers came about, beyond what was asked: each a label and a text. */
export function conditionsOf(report: Report): [label: string, text: string][] {
  return [
    ...describeTime(report),
    ...describeTokens(report).map((text, i): [string, string] => [i === 0 ? 'Tokens' : '', text]),
    ...describeRequests(report).map((text, i): [string, string] => [i === 0 ? 'Requests' : '', text]),
    ...describeInstrument(report).map((text, i): [string, string] => [i === 0 ? 'Instrument' : '', text]),
  ];
}

/** From the first start of a measured request to the last end, by the wall clock. */
function describeTime({ stages }: Report): [string, string][] {
  const spans = stages.flatMap(({ windows: { full } }) => {
    if (full.from === null || full.durationMs === null) return [];
    const fromMs = Date.parse(full.from);
    return [{ fromMs, toMs: fromMs + full.durationMs }];
  });
  if (spans.length === 0) return [];
  const fromMs = Math.min(...spans.map((span) => span.fromMs));
  const toMs = Math.max(...spans.map((span) => span.toMs));
  const [from, to] = [clockTime(fromMs), clockTime(toMs)];
  const day = from.slice(0, 11);
  const end = to.startsWith(day) ? to.slice(day.length) : to;
  return [['Measured', `${from} to ${end} UTC (${describeDuration(toMs - fromMs)})`]];
}

function clockTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

function describeDuration(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 120) return `${formatNumber(seconds, 1)} s`;
  return seconds < 7_200 ? `${formatNumber(seconds / 60, 1)} min` : `${formatNumber(seconds / 3_600, 1)} h`;
}

/** What the prompts and answers came to: targets whose answers differ in length differ in latency for that alone. */
function describeTokens(report: Report): string[] {
  const labels = targetLabels(report);
  const lines = report.targets.flatMap(({ targetId, requests: { inputTokens, outputTokens } }) => {
    if (inputTokens.mean === null || outputTokens.mean === null) return [];
    const spread = ({ mean, stddev }: { mean: number; stddev: number | null }) =>
      `${formatNumber(mean, 1)}${stddev === null ? '' : ` ± ${formatNumber(stddev, 1)}`}`;
    const [input, output] = [inputTokens, outputTokens].map(({ mean, stddev }) => spread({ mean: mean ?? 0, stddev }));
    return [`${labels.get(targetId)}: ${input} in, ${output} out`];
  });
  return lines.length === 0 ? [] : [...lines, 'as counted of good requests: mean ± standard deviation'];
}

/** How requests were sent, where all of that is known: connections, time limit, and what was asked besides the prompt. */
function describeRequests({ run: { limits }, manifest, targets }: Report): string[] {
  const connections = new Set(targets.flatMap(({ connection }) => connection ?? []));
  const ways = [...connections].map((way) => (way === 'reuse' ? 'connections reused' : 'a fresh connection each'));
  const limit = limits === null ? [] : [`given up after ${formatNumber(limits.requestTimeoutMs / 1_000, 0)} s`];
  const asked = describeBodies(manifest?.spec.targets ?? []);
  const parts = [...ways, ...limit, ...asked];
  return parts.length === 0 ? [] : [parts.join('; ')];
}

/** What was sent besides the prompt: once where it is the same for all targets, else of each that has any. */
function describeBodies(targets: readonly { id: string; body: Record<string, unknown> }[]): string[] {
  const bodies = targets.map(({ id, body }) => ({ id, text: plainText(JSON.stringify(body)) }));
  const isSame = new Set(bodies.map(({ text }) => text)).size === 1;
  const asked = bodies.filter(({ text }) => text !== '{}');
  if (isSame) return asked.slice(0, 1).map(({ text }) => `body ${text}`);
  return asked.map(({ id, text }) => `body of ${id} ${text}`);
}

/** The worst error bar, how many workers there were, and with what they measured, and where. */
function describeInstrument(report: Report): string[] {
  const { stages, run } = report;
  if (run.source === 'imported') return [];
  const errors = stages.flatMap(({ instrument }) => instrument.errorP99Ms ?? []);
  const bar =
    errors.length === 0 ? 'error bar not known' : `error bar ${formatShort(Math.max(...errors))} ms (p99, worst stage)`;
  const workers = stages.reduce((most, { batches }) => Math.max(most, batches), 0);
  return [`${bar}; ${workers === 1 ? '1 worker' : `up to ${workers} workers`} a stage`, ...describeRuntimes(report)];
}
