import { html } from 'hono/html';
import { type RequestMetricName, requestMetricNames } from '../../../metric-names.ts';
import type { Statistics } from '../../../metrics/figure.ts';
import type { Report } from '../../model/report.ts';
import { stageLabels } from '../../words/describe-load.ts';
import { formatNumber } from '../../words/format-number.ts';
import { requestMetricTitles } from '../../words/metric-titles.ts';
import type { Footnotes } from '../text/footnotes.ts';
import { dataTable } from './data-table.ts';
import type { Html } from './html.ts';
import { measuredCell } from './measured-cell.ts';

const quantiles = ['p25', 'p50', 'p75', 'p90', 'p95', 'p99'] as const;
const head = ['', 'n', 'mean', 'std. dev.', 'min', ...quantiles, 'max'];

/** Folded on a screen: of use to few, and all of them on paper. */
const folded: ReadonlySet<RequestMetricName> = new Set([
  'ttfoMs',
  'scheduledLatencyMs',
  'chunkGapMs',
  'inputTokens',
  'outputTokens',
  'slipMs',
  'closeLagMs',
]);

/** Every metric of requests: its formula and basis, and all its statistics with their intervals, stage by stage. */
export function renderMetrics(report: Report, footnotes: Footnotes): Html[] {
  const hasValues = (name: RequestMetricName) => report.stages.some(({ requests }) => requests[name].n > 0);
  return [
    ...renderKnown(report, requestMetricNames.filter(hasValues), footnotes),
    ...renderMissing(
      report,
      requestMetricNames.filter((name) => !hasValues(name)),
    ),
  ];
}

/** Metrics without any value, by the reason: a table of dashes would say no more. */
function renderMissing({ stages }: Report, names: readonly RequestMetricName[]): Html[] {
  const reasonOf = (name: RequestMetricName) => stages[0]?.requests[name].reason ?? 'the run has no stage';
  return [...new Set(names.map(reasonOf))].map((reason) => {
    const own = names.filter((name) => reasonOf(name) === reason);
    return html`<p class="legend">Without a value (${reason}): ${own.map((name, i) => html`${i === 0 ? '' : ', '}<code>${name}</code>`)}.</p>`;
  });
}

function renderKnown(report: Report, names: readonly RequestMetricName[], footnotes: Footnotes): Html[] {
  const labels = stageLabels(report);
  return names.map((name) => {
    const definition = report.metrics[name];
    const rows = report.stages.map((stage) => [
      labels.get(stage.stageIndex) ?? '',
      ...cellsOf(stage.requests[name], footnotes),
    ]);
    const body = html`${definition === undefined ? '' : html`<p>${definition.description}</p><p class="formula"><code>${name} = ${definition.formula}</code> <span>${definition.unit}; counted on: ${definition.basis}; over ${definition.over}</span></p>`}${dataTable({ caption: `${requestMetricTitles[name]}, ${definition?.unit ?? ''}`, head, rows, textColumns: 1 })}${errorNote(report, name)}`;
    const heading = html`<h3 id="metric-${name}">${requestMetricTitles[name]} <code>${name}</code></h3>`;
    return folded.has(name)
      ? html`<details class="metric"><summary>${heading}</summary>${body}</details>`
      : html`<section class="metric">${heading}${body}</section>`;
  });
}

function cellsOf(statistics: Statistics, footnotes: Footnotes): (string | Html)[] {
  const { n, mean, stddev, min, max, reason, intervals } = statistics;
  const plain = (value: number | null) => measuredCell(value, null, reason, footnotes);
  return [
    formatNumber(n, 0),
    measuredCell(mean, intervals?.mean.interval ?? null, reason, footnotes),
    plain(stddev),
    plain(min),
    ...quantiles.map((name) => measuredCell(statistics[name], intervals?.[name].interval ?? null, reason, footnotes)),
    plain(max),
  ];
}

/** How the intervals were made, and which n could carry those that are missing. */
function errorNote(report: Report, name: RequestMetricName): Html | string {
  const methods = new Set<string>();
  const lacking = new Map<string, number>();
  for (const { requests } of report.stages.filter((stage) => stage.requests[name].n > 0))
    for (const [statistic, { interval, minimumN }] of Object.entries(requests[name].intervals ?? {})) {
      if (interval !== null) methods.add(interval.method);
      else lacking.set(statistic, minimumN);
    }
  const made = methods.size === 0 ? 'No intervals.' : `Intervals (95 %): ${[...methods].join('; ')}.`;
  const missing = [...lacking].map(([statistic, n]) => `${statistic} from n = ${n}`).join(', ');
  return html`<p class="legend">${made}${missing === '' ? '' : ` Where n is too small there is none: ${missing}.`}</p>`;
}
