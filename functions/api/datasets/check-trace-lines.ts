import type { Fault } from '../../../shared/errors/app-error.ts';
import { readCsvHeader, readCsvRow } from '../../../shared/workload/datasets/csv-trace.ts';
import { isJsonTrace, schemaOfEntry } from '../../../shared/workload/datasets/read-trace.ts';
import { textLines } from '../../../shared/workload/datasets/text-lines.ts';
import { fromBlockTraceEntry, type TraceEntry } from '../../../shared/workload/datasets/trace-entry.ts';
import { checkJsonLine } from './check-json-line.ts';
import { collectLineFaults } from './collect-line-faults.ts';

/**
 * What is wrong with a trace, each fault with its line (`line:3/inputTokens`, of CSV `line:3/ContextTokens`): lines that are
 * no entry, and entries before the one above them.
 */
export function checkTraceLines(text: string): Fault[] {
  const lines = textLines(text);
  const [first] = lines;
  if (first === undefined) return [];
  const checkOrder = orderCheck();
  if (isJsonTrace(first.text))
    return collectLineFaults(lines, (line) => {
      const checked = checkJsonLine(line, schemaOfEntry);
      if ('faults' in checked) return checked.faults;
      const { value } = checked;
      return 'timestamp' in value ? checkOrder(fromBlockTraceEntry(value), 'timestamp') : checkOrder(value, 'atMs');
    });
  const columns = readCsvHeader(first.text);
  if (Array.isArray(columns)) return columns.map((fault) => ({ ...fault, pointer: `line:${first.line}` }));
  return collectLineFaults(lines.slice(1), (line) => {
    const entry = readCsvRow(line, columns);
    return Array.isArray(entry) ? entry : checkOrder(entry, 'TIMESTAMP');
  });
}

function orderCheck(): (entry: TraceEntry, field: string) => Fault[] {
  let latestMs = 0;
  return ({ atMs }, field) => {
    const isBack = atMs < latestMs;
    latestMs = Math.max(latestMs, atMs);
    if (!isBack) return [];
    return [{ pointer: `/${field}`, fault: 'is before that of an entry above it', remedy: 'Sort the lines by it' }];
  };
}
