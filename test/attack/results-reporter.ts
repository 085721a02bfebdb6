import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { givenSettings } from './attack-form.ts';
import './record-cases.ts';

type Row = { name: string; cases: number; result: string; observed: string };
type Section = { title: string; rows: Row[]; seconds: number };

/** Prints a table of all cases and results, and writes it as Markdown to the file of `--outputFile`. */
export default class ResultsReporter implements Reporter {
  private outputFile: string | null = null;

  onInit({ config }: Vitest): void {
    this.outputFile = typeof config.outputFile === 'string' ? config.outputFile : null;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const sections = modules.map(readSection).filter(({ rows }) => rows.length > 0);
    const summary = renderTable(
      ['Attack', 'Tests', 'Cases', 'Held', 'Failed', 'Skipped', 'Seconds'],
      [...sections.map(summarize), summarize(mergeSections(sections))],
    );
    console.log(`\n${summary}`);
    if (this.outputFile === null) return;
    const details = sections.map(({ title, rows }) => `## ${title}\n\n${renderRows(rows)}`);
    writeFileSync(this.outputFile, `${renderHead()}\n\n${summary}\n\n${details.join('\n\n')}\n`);
  }
}

function readSection(module: TestModule): Section {
  const tests = [...module.children.allTests()];
  const [first] = module.children.array();
  return {
    title: first?.type === 'suite' ? first.name : module.moduleId,
    rows: tests.map(readRow),
    seconds: module.diagnostic().duration / 1_000,
  };
}

function readRow(test: TestCase): Row {
  const { cases = 1, observed = '' } = test.meta().attack ?? {};
  const result = test.result();
  const row = { name: test.name, cases };
  if (result.state === 'passed') return { ...row, result: 'held', observed };
  // A test without a reason for its skip was not run, because the preparation of its file failed.
  if (result.state === 'skipped' && result.note !== undefined)
    return { ...row, result: 'skipped', observed: result.note };
  return { ...row, result: 'failed', observed: result.errors?.[0]?.message.split('\n')[0] ?? 'not run' };
}

function mergeSections(sections: readonly Section[]): Section {
  const seconds = sections.reduce((sum, section) => sum + section.seconds, 0);
  return { title: 'All', rows: sections.flatMap(({ rows }) => rows), seconds };
}

function summarize({ title, rows, seconds }: Section): string[] {
  const count = (result: string) => sumCases(rows.filter((row) => row.result === result));
  const counts = [rows.length, sumCases(rows), count('held'), count('failed'), count('skipped')];
  return [title, ...counts.map((value) => value.toLocaleString('en-US')), seconds.toFixed(0)];
}

const sumCases = (rows: readonly Row[]) => rows.reduce((sum, { cases }) => sum + cases, 0);

function renderHead(): string {
  const day = new Date().toLocaleDateString('en-US', { year: 'numeric', month: 'long', day: 'numeric' });
  const command = `${givenSettings}npm run test:attack -- --outputFile docs/results/attack.md`;
  return `# Attack suite: cases and results

\`${command}\` wrote this page on
${day}, with Node.js ${process.versions.node} on ${availableParallelism()} processors. [Security](../security.md) explains what
the attacks try. A case _held_ if the service refused it, or survived it as documented.`;
}

function renderRows(rows: readonly Row[]): string {
  return renderTable(
    ['Attack', 'Cases', 'Result', 'Observed'],
    rows.map(({ name, cases, result, observed }) => [name, String(cases), result, observed]),
  );
}

function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const render = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [render(head), render(head.map(() => '---')), ...rows.map(render)].join('\n');
}

/** Keeps text of an attack from breaking the table or forming Markdown. */
function escapeCell(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[|<>[\]`*_\\]/g, (character) => `\\${character}`);
}
