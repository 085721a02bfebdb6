import { renderTable } from '../markdown-table.ts';
import {
  type MetricName,
  metrics,
  type PairedRun,
  pairRuns,
  type Spread,
  summarizeRatios,
  summarizeRuns,
  type ToolSummary,
} from './summarize-runs.ts';
import type { BenchOutcome, ToolReport } from './tool-run.ts';

type Row = { tool: string; runs: PairedRun[] };

const errorColumns: Record<string, MetricName> = {
  'TTFT p50': 'ttftP50',
  p99: 'ttftP99',
  max: 'ttftMax',
  'ITL/TPOT p50': 'tpotP50',
  'p99 ': 'tpotP99',
  'max ': 'tpotMax',
  'e2e p50': 'e2eP50',
  'p99  ': 'e2eP99',
  'max  ': 'e2eMax',
};
const costColumns: Record<string, MetricName> = {
  'rate, true (1/s)': 'trueRate',
  'rate, reported (1/s)': 'reportedRate',
  'error of its own time span (%)': 'rateError',
  'total CPU': 'cpuWhole',
  'marginal CPU': 'cpuMarginal',
  'CPU under load': 'cpuUnderLoad',
  'CPU of measuring': 'cpuMeasuring',
  'fixed CPU (s per run)': 'cpuFixed',
  'wall time (s)': 'wallSeconds',
  'load average before': 'loadAverage',
};

/** All tables of an outcome in Markdown. The first tool is the one that the others are compared with. */
export function renderPeers({ machine, reports }: BenchOutcome): string {
  const runs = reports.flatMap((report) => report.runs);
  const startedAt = runs.map((run) => run.startedAt).sort();
  const span = `- Runs: from ${startedAt[0] ?? 'never'} to ${startedAt.at(-1) ?? 'never'}`;
  const levels = [...new Set(runs.map(({ load }) => load.concurrency))];
  const failures = reports.flatMap((report) => report.failures).map((text) => `- ${text}`);
  const end = failures.length === 0 ? 'No run failed.' : `Failed:\n\n${failures.join('\n')}`;
  const tables = levels.map((concurrency) => renderLoad(reports, concurrency));
  return [`${machine}\n${span}`, ...tables, renderDefinitions(reports), end].join('\n\n');
}

function renderLoad(reports: readonly ToolReport[], concurrency: number): string {
  const rows = reports
    .map(({ tool, runs }): Row => ({ tool: tool.name, runs: pairRuns(runs, concurrency) }))
    .filter(({ runs }) => runs.length > 0);
  const summaries = rows.map(({ runs }) => summarizeRuns(runs));
  const [base] = rows;
  return [
    `### ${concurrency} concurrent`,
    '|reported − true|, milliseconds; median of the runs (least … most):',
    renderMetrics(
      ['tool', 'runs', 'requests', ...Object.keys(errorColumns).map((name) => name.trim())],
      summaries,
      errorColumns,
    ),
    'Rate, and CPU seconds (user and system) per 1,000 requests:',
    renderMetrics(['tool', 'runs', 'requests', ...Object.keys(costColumns)], summaries, costColumns),
    base === undefined ? '' : renderRatios(base, rows.slice(1)),
  ].join('\n\n');
}

/** Renders the definitions of the metrics. */
function renderDefinitions(reports: readonly ToolReport[]): string {
  const header = ['tool', 'version', 'TTFT', 'ITL/TPOT', 'e2e', 'request rate'];
  return renderTable(
    header,
    reports.map(({ tool, version }) => {
      const { ttft, tpot, e2e, rate } = tool.definitions;
      return [tool.name, version, ttft, tpot, `${e2e} (compared with: ${tool.e2eEndsAt})`, rate];
    }),
  );
}

function renderMetrics(
  header: string[],
  summaries: readonly ToolSummary[],
  columns: Record<string, MetricName>,
): string {
  return renderTable(
    header,
    summaries.map(({ tool, runs, n, metrics: spreads }) => [
      tool,
      String(runs),
      String(n),
      ...Object.values(columns).map((metric) => renderSpread(spreads[metric])),
    ]),
  );
}

function renderRatios(base: Row, others: readonly Row[]): string {
  const compared: Record<string, MetricName> = {
    'TTFT error p99': 'ttftP99',
    'ITL/TPOT error p99': 'tpotP99',
    'e2e error p99': 'e2eP99',
    'total CPU': 'cpuWhole',
    'marginal CPU': 'cpuMarginal',
    'CPU under load': 'cpuUnderLoad',
  };
  const table = renderTable(
    ['tool', ...Object.keys(compared)],
    others.map(({ tool, runs }) => [
      tool,
      ...Object.values(compared).map((metric) => renderSpread(summarizeRatios(base.runs, runs, metrics[metric]))),
    ]),
  );
  return `Each value divided by that of ${base.tool} in the same round:\n\n${table}`;
}

function renderSpread(spread: Spread): string {
  if (spread === null) return '–';
  const { median, min, max, runs } = spread;
  return runs === 1 ? short(median) : `${short(median)} (${short(min)} … ${short(max)})`;
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toPrecision(2);
}
