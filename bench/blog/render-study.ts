import type { Report } from '../../shared/report/model/report.ts';
import { renderTable } from '../markdown-table.ts';
import { claims } from './claims.ts';
import { getReport, type Study, show } from './get-report.ts';

/** Renders the study in Markdown: the claims of the post with the measured values, and the data of its charts. */
export function renderStudy(study: Study): string {
  const [first] = study.values();
  const when = first?.run.startedAt?.slice(0, 10) ?? 'unknown';
  const trust = [...study].map(([name, report]) => `${name}: ${report.trust.result}`).join(', ');
  return [
    `Run on ${when}, Tokenmeter ${first?.tokenmeterVersion ?? ''}. Trust of the runs: ${trust}.`,
    '## Claims',
    renderTable(
      ['claim', 'arithmetic', 'measured'],
      claims.map(({ post, arithmetic, measured }) => [post, arithmetic, measured(study)]),
    ),
    '## Rounds, by concurrency (the charts of the post)',
    levelTable(getReport(study, 'concurrency-sweep')),
    '## Closed loop, by concurrency',
    levelTable(getReport(study, 'continuous')),
  ].join('\n\n');
}

function levelTable({ stages }: Report): string {
  const head = [
    'target',
    'concurrent',
    'n ok',
    'requests/min',
    'TTFT mean, p99 ms',
    'ITL mean ms',
    'end to end mean ms',
    'USD per 1,000',
  ];
  const rows = stages.map(({ targetId, load, counts, windows, requests, cost }) => [
    targetId,
    String(load.concurrency),
    String(counts.ok),
    show(windows.full.completedRequestsPerMinute),
    `${show({ value: requests.ttftMs.mean })}, ${show({ value: requests.ttftMs.p99 })}`,
    show({ value: requests.itlMs.mean }),
    show({ value: requests.e2eLatencyMs.mean }),
    show(cost.costPerThousandRequestsUsd),
  ]);
  return renderTable(head, rows);
}
