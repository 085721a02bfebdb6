import { html } from 'hono/html';
import type { RequestMetricName } from '../../../metric-names.ts';
import type { Report, StageReport } from '../../model/report.ts';
import { loadLabel, targetLabels } from '../../words/describe-load.ts';
import { formatNumber, formatPercent, formatShort } from '../../words/format-number.ts';
import type { Footnotes } from '../text/footnotes.ts';
import { dataTable } from './data-table.ts';
import type { Html } from './html.ts';
import { keyedTarget } from './keyed-target.ts';
import { measuredCell } from './measured-cell.ts';

/** The numbers that a reader looks for first, a row for each stage. */
export function renderGlance(report: Report, footnotes: Footnotes): Html {
  const labels = targetLabels(report);
  const ids = [...labels.keys()];
  const isRate = report.stages.some(({ load }) => load.requestsPerSecond !== null);
  const rows = report.stages.map((stage) => {
    const label = labels.get(stage.targetId) ?? stage.targetId;
    const target = ids.length > 1 ? keyedTarget(ids.indexOf(stage.targetId), label) : label;
    return [target, ...cellsOf(stage, footnotes)];
  });
  return html`${dataTable({
    caption: 'By target and load',
    head: [
      'Target',
      isRate ? 'Requests per second, asked' : 'Concurrent requests',
      'ok / planned',
      'Errors',
      'Requests per minute',
      'TTFT, ms (median)',
      'TTFT, ms (p95)',
      'ITL, ms per token (median)',
      'End to end, ms (median)',
      'End to end, ms (p95)',
      'USD per 1,000 requests',
    ],
    rows,
    textColumns: 1,
  })}<p class="legend">Small figures are 95 % intervals. Medians and p95 are of requests that ended well; requests per minute are without ramp and drain where a stage has a steady window.</p>`;
}

function cellsOf(stage: StageReport, footnotes: Footnotes): (string | Html)[] {
  const { counts, errorRate, windows, requests, cost } = stage;
  const { steady, full } = windows;
  const rate = [steady, full].map((window) => window.completedRequestsPerMinute).find(({ value }) => value !== null);
  const statistic = (metric: RequestMetricName, name: 'p50' | 'p95') =>
    measuredCell(
      requests[metric][name],
      requests[metric].intervals?.[name].interval ?? null,
      requests[metric].reason,
      footnotes,
    );
  const load = loadLabel(stage);
  return [
    load === '' ? '–' : load.replace('/s', ''),
    `${formatNumber(counts.ok, 0)} / ${formatNumber(counts.planned, 0)}`,
    measuredCell(errorRate.value, errorRate.interval, errorRate.reason, footnotes, formatPercent),
    rate === undefined ? footnotes.missing(full.completedRequestsPerMinute.reason) : formatShort(rate.value ?? 0),
    statistic('ttftMs', 'p50'),
    statistic('ttftMs', 'p95'),
    statistic('itlMs', 'p50'),
    statistic('e2eLatencyMs', 'p50'),
    statistic('e2eLatencyMs', 'p95'),
    measuredCell(
      cost.costPerThousandRequestsUsd.value,
      cost.costPerThousandRequestsUsd.interval,
      cost.costPerThousandRequestsUsd.reason,
      footnotes,
      (value) => formatNumber(value, 3),
    ),
  ];
}
