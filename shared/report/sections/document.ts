import type { Interval } from '../../stats/interval.ts';
import type { Report } from '../model/report.ts';

/** A line of text, split into parts if some are code or link to a section of the document. */
export type Words = string | readonly (string | { code: string } | { text: string; sectionId: string })[];

export type Tone = 'good' | 'bad' | 'plain';
export type Badge = { text: string; tone: Tone; sectionId?: string };

export type ValueCell = {
  value: number | null;
  /** Digits after the point; by default the number has about four digits. */
  decimals?: number;
  unit?: '%';
  interval?: Interval | null;
  /** Why the value is null; null if the reason is unknown. */
  missing?: string | null;
  /** Why the value has no interval. */
  missingInterval?: string | null;
  /** Shown below the value, on pages only. */
  note?: string;
};

export type TextCell = {
  text: string;
  /** Replaces the text in terminals and Markdown. */
  short?: string;
  /** Shown below the text, on pages only. */
  note?: Words;
  /** Explains the text in a numbered note. */
  reason?: string | null;
  tone?: Tone;
  isCode?: boolean;
  /** Repeats the cell above, for screen readers. */
  isRepeated?: boolean;
  /** Adds the symbol and color that the target has in charts. */
  targetIndex?: number;
};

export type IntervalCell = Pick<ValueCell, 'decimals' | 'unit'> & { range: Interval | null };

export type Cell = string | TextCell | ValueCell | IntervalCell;

export type Table = {
  kind: 'table';
  caption: string;
  /** Accessible name, if the caption alone is not clear. */
  label?: string;
  /** Column headings; a table with only empty headings has no heading row. */
  head: readonly string[];
  rows: readonly (readonly Cell[])[];
  /** Number of text columns on the left; the other columns hold numbers. */
  textColumns: number;
};

export type Fact = { label: string; lines: readonly string[] };

export type Block =
  | Table
  | { kind: 'paragraph'; words: Words; style?: 'aside' | 'formula' | 'warning' }
  | { kind: 'list'; items: readonly Words[]; style?: 'findings' }
  | { kind: 'badges'; badges: readonly Badge[] }
  | { kind: 'facts'; facts: readonly Fact[] }
  /** The numbered reasons for missing values, to which cells refer. */
  | { kind: 'reasons' }
  | { kind: 'part'; title: Words; id?: string; badge?: Badge; isFolded?: boolean; blocks: readonly Block[] }
  | { kind: 'fold'; summary: string; blocks: readonly Block[] }
  | { kind: 'code'; text: string; label?: string; isWrapped?: boolean }
  | { kind: 'tiles'; label: string; tiles: readonly { title: string; table: Table }[] }
  | { kind: 'charts'; report: Report };

export type Section = { id: string; title: string; blocks: readonly Block[] };

/** The content of a report or comparison, which text, Markdown and HTML share. */
export type Document = {
  title: string;
  summary: string;
  intro: readonly Block[];
  sections: readonly Section[];
  /** Reasons for missing values, numbered from 1. */
  reasons: readonly string[];
  /** The kind of document in the page header, and its source in the page footer. */
  margins: { kind: string; source: Words };
};

/** Composes a document: omits empty sections and numbers the reasons for missing values in the order of the cells. */
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

/** Returns why a cell has no value or interval; null if it has both or the reason is unknown. */
export function findReason(cell: Cell): string | null {
  if (typeof cell === 'string' || 'range' in cell) return null;
  if ('text' in cell) return cell.reason ?? null;
  const { value, interval = null, missing = null, missingInterval = null } = cell;
  return value === null ? missing : interval === null ? missingInterval : null;
}
