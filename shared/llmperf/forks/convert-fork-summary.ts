import { readNumber } from '../../metrics/read-recorded-metric.ts';
import type { LlmperfSummary } from '../../sample/imported.ts';
import { flattenFields } from '../read-summary-fields.ts';
import { nameFork, readFieldName } from './fork-fields.ts';

const statistics = /^(?:results_)?(.+?)_(?:quantiles_)?(p\d\d?|median|mean|min|max|stddev|std)$/;
const otherNames: Readonly<Record<string, string>> = { median: 'quantiles_p50', std: 'stddev' };
const countNames = ['num_requests_started', 'num_completed_requests', 'number_errors', 'error_code_frequency'];

/** Adds LLMPerf's fields to the summary of a fork. A summary of LLMPerf stays unchanged. */
export function convertForkSummary(summary: LlmperfSummary): { summary: LlmperfSummary; notes: string[] } {
  const fields = flattenFields(summary);
  const own = new Set(fields.map(([name]) => name));
  const added = new Map<string, LlmperfSummary[string]>();
  const series = new Set<string>();
  for (const [name, value] of fields) {
    const number = readNumber(value);
    const [, field = '', statistic = ''] = statistics.exec(name) ?? [];
    const found = readFieldName(field);
    if (number === null || found === null || found.unitS === null) continue;
    const word = otherNames[statistic] ?? (statistic.startsWith('p') ? `quantiles_${statistic}` : statistic);
    const later = `results_${found.series}_${word}`;
    if (own.has(later)) continue;
    added.set(later, Number((number * found.unitS).toPrecision(15)));
    series.add(field);
  }
  for (const [name, value] of fields) {
    const later = `results_${name}`;
    if (countNames.includes(name) && !own.has(later)) added.set(later, value);
  }
  if (series.size === 0) return { summary, notes: [] };
  const list = [...series].join(', ');
  const notes = [`The summary is that of ${nameFork([...series])}. Its statistics were read from ${list}.`];
  return { summary: { ...summary, ...Object.fromEntries(added) }, notes };
}
