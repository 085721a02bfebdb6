import { explainRefusal, findMisreading } from './explanations.ts';
import type { Finding, Findings } from './read-findings.ts';

/** Everything that the rounds have shown. */
export type Summary = {
  cases: number;
  statuses: Map<number, number>;
  errors: Set<string>;
  /** Unexplained findings of one kind, with the first request. */
  open: Map<string, { count: number; first: Finding; seed: number }>;
  /** Number of findings by the reason why they are not faults. */
  explained: Map<string, number>;
};

export function createSummary(): Summary {
  return { cases: 0, statuses: new Map(), errors: new Set(), open: new Map(), explained: new Map() };
}

export function addFindings(summary: Summary, { cases, statuses, findings, errors }: Findings, seed: number): void {
  summary.cases += cases;
  for (const [status, count] of statuses) addCount(summary.statuses, status, count);
  for (const error of errors) summary.errors.add(error);
  for (const finding of findings) {
    const misreading = findMisreading(finding);
    if (misreading !== null) addCount(summary.explained, misreading, 1);
    else addKinds(summary, finding, seed);
  }
}

/** Counts each fault of a refusal as a kind of its own, and any other failure as one kind. */
function addKinds(summary: Summary, finding: Finding, seed: number): void {
  const { sentences, unexplained } = explainRefusal(finding);
  for (const sentence of sentences) addCount(summary.explained, sentence, 1);
  for (const fault of unexplained) {
    const kind = nameKind(finding, fault);
    const known = summary.open.get(kind) ?? { count: 0, first: finding, seed };
    summary.open.set(kind, { ...known, count: known.count + 1 });
  }
}

/** Prints the table of findings, the requests that show them, and the result in one line. */
export function printSummary({ cases, statuses, errors, open, explained }: Summary): void {
  if (explained.size > 0) console.log('\nExplained by the contract');
  for (const [reason, count] of sort(explained)) console.log(`${String(count).padStart(7)}  ${reason}`);
  if (open.size > 0) console.log('\nFindings');
  for (const [kind, { count, first, seed }] of open) {
    const { method, uri, body } = first.request;
    console.log(`${String(count).padStart(7)}  ${kind}\n         seed ${seed}: ${method} ${uri.slice(0, 300)}`);
    if (body !== '') console.log(`         body: ${JSON.stringify(body.slice(0, 1_000))}`);
  }
  for (const error of errors) console.log(`  error  ${error.slice(0, 500)}`);
  const counts = [...statuses].sort(([one], [other]) => one - other);
  console.log(`\nStatuses: ${counts.map(([status, count]) => `${status} ${count}`).join(', ')}`);
  console.log(`${cases} cases, ${open.size} kinds of findings, ${errors.size} errors`);
}

function nameKind({ check, operation, status }: Finding, fault: string): string {
  return `${check}: ${operation}: ${status}: ${fault.replaceAll(/\d+/g, 'N').slice(0, 200)}`;
}

function addCount<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function sort(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([, one], [, other]) => other - one);
}
