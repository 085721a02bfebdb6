import type { Interval } from '../../stats/interval.ts';
import type { Report } from '../model/report.ts';

/** A line of words; in parts where some are names, or lead to a section of the document. */
export type Words = string | readonly (string | { code: string } | { text: string; sectionId: string })[];

export type Tone = 'good' | 'bad' | 'plain';
export type Badge = { text: string; tone: Tone; sectionId?: string };

/** A number of a table. */
export type ValueCell = {
  value: number | null;
  /** Digits after the point; left out: about four digits in all. */
  decimals?: number;
  unit?: '%';
  interval?: Interval | null;
  /** Why there is no value; null where no reason is known. */
  missing?: string | null;
  /** Why the value has no interval, where it could have one. */
  missingInterval?: string | null;
  /** What there is to say of the value, where there is room. */
  note?: string;
};

/** Words of a table. */
export type TextCell = {
  text: string;
  /** In place of the text where there is little room. */
  short?: string;
  /** What there is to say of it, where there is room. */
  note?: Words;
  /** Why it says no more than that. */
  reason?: string | null;
  /** Makes it a badge. */
  tone?: Tone;
  isCode?: boolean;
  /** Says the same as the cell above, for whoever reads the row by itself. */
  isRepeated?: boolean;
  /** The target whose symbol and color in the charts stand before the text. */
  targetIndex?: number;
};

/** From where to where a number may be; empty where that is not known. */
export type IntervalCell = Pick<ValueCell, 'decimals' | 'unit'> & { range: Interval | null };

export type Cell = string | TextCell | ValueCell | IntervalCell;

export type Table = {
  kind: 'table';
  caption: string;
  /** What it is called by itself, where the caption is not enough for that. */
  label?: string;
  /** Empty for a column that needs no heading; all of them: no line of headings. */
  head: readonly string[];
  rows: readonly (readonly Cell[])[];
  /** How many columns from the left hold text; the others hold numbers. */
  textColumns: number;
};

/** A label and what there is to say of it, line by line. */
export type Fact = { label: string; lines: readonly string[] };

export type Block =
  | Table
  | { kind: 'paragraph'; words: Words; style?: 'aside' | 'formula' | 'warning' }
  | { kind: 'list'; items: readonly Words[]; style?: 'findings' }
  | { kind: 'badges'; badges: readonly Badge[] }
  | { kind: 'facts'; facts: readonly Fact[] }
  /** The reasons of the document for missing numbers, numbered as its cells refer to them. */
  | { kind: 'reasons' }
  /** A part of a section, under a heading of its own. */
  | { kind: 'part'; title: Words; id?: string; badge?: Badge; isFolded?: boolean; blocks: readonly Block[] }
  /** What few want to read. */
  | { kind: 'fold'; summary: string; blocks: readonly Block[] }
  | { kind: 'code'; text: string; label?: string; isWrapped?: boolean }
  /** Small tables side by side. */
  | { kind: 'tiles'; label: string; tiles: readonly { title: string; table: Table }[] }
  /** All charts that the report can carry. */
  | { kind: 'charts'; report: Report };

export type Section = { id: string; title: string; blocks: readonly Block[] };

/** What is to be read, whatever it is written in: as text, Markdown or HTML. */
export type Document = {
  title: string;
  /** What it comes to, in a line; empty where the blocks say it. */
  summary: string;
  intro: readonly Block[];
  sections: readonly Section[];
  /** Why numbers are missing: the first is number 1. */
  reasons: readonly string[];
  /** At the head of a page, what kind of document it is; at its foot, where it comes from. */
  margins: { kind: string; source: Words };
};

/** Composes a document of the sections that have something to say, with the reasons for its missing numbers in the order of its cells. */
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

/** Finds why a cell lacks its value or its interval; null where it lacks neither, or no reason is known. */
export function findReason(cell: Cell): string | null {
  if (typeof cell === 'string' || 'range' in cell) return null;
  if ('text' in cell) return cell.reason ?? null;
  const { value, interval = null, missing = null, missingInterval = null } = cell;
  return value === null ? missing : interval === null ? missingInterval : null;
}
