import type { Interval } from '../../stats/interval.ts';
import type { Chart } from './chart.ts';

/** A line of text. If the line contains code or links to sections of the document, it is an array of parts. */
export type Words = string | readonly (string | { code: string } | { text: string; sectionId: string })[];

export type Tone = 'good' | 'bad' | 'plain';
export type Badge = { text: string; tone: Tone; sectionId?: string };

export type ValueCell = {
  value: number | null;
  /** Number of decimals. Default: enough to show about four digits. */
  decimals?: number;
  unit?: '%';
  interval?: Interval | null;
  /** The reason why the value is null. Null if the reason is unknown. */
  missing?: string | null;
  /** The reason why the value has no interval. */
  missingInterval?: string | null;
  /** Text below the value, on web pages only. */
  note?: string;
};

export type TextCell = {
  text: string;
  /** A shorter text for terminals and Markdown. */
  short?: string;
  /** Text below the cell's main text, on web pages only. */
  note?: Words;
  /** An explanation of the text. It becomes a numbered note. */
  reason?: string | null;
  tone?: Tone;
  isCode?: boolean;
  /** Whether the cell repeats the text of the cell above. If true, terminals and Markdown show an empty cell. */
  isRepeated?: boolean;
  /** Index of the target whose chart symbol and color the cell shows. */
  targetIndex?: number;
};

export type IntervalCell = Pick<ValueCell, 'decimals' | 'unit'> & { range: Interval | null };

export type Cell = string | TextCell | ValueCell | IntervalCell;

export type Table = {
  kind: 'table';
  caption: string;
  /** Accessible name, for tables whose caption alone is not clear. */
  label?: string;
  /** Column headings. If all are empty, the table has no heading row. */
  head: readonly string[];
  rows: readonly (readonly Cell[])[];
  /** Number of text columns on the left. The other columns contain numbers. */
  textColumns: number;
};

export type Fact = { label: string; lines: readonly string[] };

export type Block =
  | Table
  | { kind: 'paragraph'; words: Words; style?: 'aside' | 'formula' | 'warning' }
  | { kind: 'list'; items: readonly Words[]; style?: 'findings' }
  | { kind: 'badges'; badges: readonly Badge[] }
  | { kind: 'facts'; facts: readonly Fact[] }
  /** The list of numbered reasons for missing values, to which cells refer by number. */
  | { kind: 'reasons' }
  | { kind: 'part'; title: Words; id?: string; badge?: Badge; isFolded?: boolean; blocks: readonly Block[] }
  | { kind: 'fold'; summary: string; blocks: readonly Block[] }
  | { kind: 'code'; text: string; label?: string; isWrapped?: boolean }
  | { kind: 'tiles'; label: string; tiles: readonly { title: string; table: Table }[] }
  | { kind: 'charts'; charts: readonly { name: string; chart: Chart }[] };

export type Section = { id: string; title: string; blocks: readonly Block[] };

/** The content of a report or comparison, which can be rendered as text, Markdown and HTML. */
export type Document = {
  title: string;
  summary: string;
  intro: readonly Block[];
  sections: readonly Section[];
  /** The reasons for missing values. The first has number 1. */
  reasons: readonly string[];
  /** `kind` names the kind of document in the page header. `source` names its source in the page footer. */
  margins: { kind: string; source: Words };
};

/** Composes a document. Omits empty sections. Numbers the reasons for missing values in the order of the cells. */
export function composeDocument(parts: Pick<Document, 'title'> & Partial<Omit<Document, 'reasons'>>): Document {
  const { intro = [], sections = [] } = parts;
  const reasons = [...new Set([...intro, ...sections.flatMap(({ blocks }) => blocks)].flatMap(listReasons))];
  const hasReasons = reasons.length > 0;
  const isShown = ({ blocks }: Section) => blocks.some(({ kind }) => kind !== 'reasons' || hasReasons);
  return {
    summary: '',
    margins: { kind: '', source: '' },
    ...parts,
    intro,
    sections: sections.filter(isShown),
    reasons,
  };
}

function listReasons(block: Block): string[] {
  switch (block.kind) {
    case 'table':
      return block.rows.flatMap((row) => row.flatMap((cell) => findReason(cell) ?? []));
    case 'part':
    case 'fold':
      return block.blocks.flatMap(listReasons);
    case 'tiles':
      return block.tiles.flatMap(({ table }) => listReasons(table));
    default:
      return [];
  }
}

/** Returns why a cell's value or interval is missing. Returns null if neither is missing or the reason is unknown. */
export function findReason(cell: Cell): string | null {
  if (typeof cell === 'string' || 'range' in cell) return null;
  if ('text' in cell) return cell.reason ?? null;
  const { value, interval = null, missing = null, missingInterval = null } = cell;
  return value === null ? missing : interval === null ? missingInterval : null;
}
