import type { Fault } from '../../errors/app-error.ts';
import { type TraceEntry, traceEntrySchema } from './trace-entry.ts';

/** The columns of the LLM inference traces that Azure published, in any order; others are passed over. */
const columns = ['TIMESTAMP', 'ContextTokens', 'GeneratedTokens'] as const;
export type CsvColumns = Record<(typeof columns)[number], number>;

/** Where each column stands; or what the first line lacks. */
export function readCsvHeader(line: string): CsvColumns | Fault[] {
  const names = line.split(',').map((name) => name.trim());
  const place = (name: string) => names.indexOf(name);
  const missing = columns.filter((name) => place(name) < 0);
  if (missing.length > 0)
    return missing.map((name) => ({
      pointer: '',
      fault: `is the header of a CSV trace, and has no column ${name}`,
      remedy: `Begin with ${columns.join(',')}, or send JSON Lines such as {"atMs": 0, "inputTokens": 550, "outputTokens": 150}`,
    }));
  const [TIMESTAMP, ContextTokens, GeneratedTokens] = columns.map(place);
  return { TIMESTAMP: TIMESTAMP ?? 0, ContextTokens: ContextTokens ?? 0, GeneratedTokens: GeneratedTokens ?? 0 };
}

/** The entry of a row, its instant in ms of the Unix epoch; or what is wrong with it, by column. */
export function readCsvRow(line: string, at: CsvColumns): TraceEntry | Fault[] {
  const cells = line.split(',').map((cell) => cell.trim());
  const cell = (name: keyof CsvColumns) => cells[at[name]] ?? '';
  const atMs = readInstant(cell('TIMESTAMP'));
  const faults: Fault[] = [];
  if (atMs === null)
    faults.push({
      pointer: '/TIMESTAMP',
      fault: 'is no instant',
      remedy: 'Give one such as 2023-11-16 18:17:03.9799600',
    });
  const tokensOf = (name: 'ContextTokens' | 'GeneratedTokens', field: 'inputTokens' | 'outputTokens') => {
    const text = cell(name);
    const parsed = traceEntrySchema.shape[field].safeParse(/^\d+$/.test(text) ? Number(text) : text);
    if (!parsed.success)
      faults.push({
        pointer: `/${name}`,
        fault: 'is no count of tokens that can be asked for',
        remedy: 'Give a whole number from 1 to 200000, or leave the row out',
      });
    return parsed.data ?? 0;
  };
  const inputTokens = tokensOf('ContextTokens', 'inputTokens');
  const outputTokens = tokensOf('GeneratedTokens', 'outputTokens');
  return atMs === null || faults.length > 0 ? faults : { atMs, inputTokens, outputTokens };
}

/** With as many digits of the second as it has: `Date` alone would cut it to milliseconds. Without a zone it is UTC. */
function readInstant(text: string): number | null {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (parts === null) return null;
  const [, date, time, fraction = '', zone = 'Z'] = parts;
  const wholeMs = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(wholeMs) ? null : wholeMs + Number(`0${fraction}`) * 1_000;
}
