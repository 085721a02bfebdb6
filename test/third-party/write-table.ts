import { readFile, writeFile } from 'node:fs/promises';
import type { Comparison } from './compare.ts';
import { thirdPartyServers } from './registry.ts';
import { renderTarget, type ThirdPartyServer } from './third-party-server.ts';

const page = new URL('../../docs/protocols.md', import.meta.url);
const head = '| Server | Version | Run |';

/** Writes the row of a run to the table in docs/protocols.md, in the order of the registry. */
export async function writeTable(
  { name, version }: ThirdPartyServer,
  run: string,
  comparison: Comparison,
): Promise<void> {
  const lines = (await readFile(page, 'utf8')).split('\n');
  const headIndex = lines.findIndex((line) => line.startsWith(head));
  if (headIndex === -1) throw new Error('docs/protocols.md has no table of servers.');
  const endIndex = lines.findIndex((line, index) => index > headIndex && !line.startsWith('|'));
  const rows = new Map(lines.slice(headIndex + 2, endIndex).map((line) => [readKey(line), line]));
  rows.set(`${name}|${run}`, renderRow([name, version, run], comparison));
  const order = thirdPartyServers.flatMap((server) =>
    server.scenarios.flatMap((scenario) =>
      scenario.targets.map((target) => `${server.name}|${renderTarget(scenario, target)}`),
    ),
  );
  const sorted = [...rows].toSorted(([a], [b]) => rank(order, a) - rank(order, b)).map(([, row]) => row);
  lines.splice(headIndex + 2, endIndex - headIndex - 2, ...sorted);
  await writeFile(page, lines.join('\n'));
}

/** Rows of servers that are not in the registry are last. */
const rank = (order: readonly string[], key: string) => (order.includes(key) ? order.indexOf(key) : order.length);

function readKey(row: string): string {
  const [, name, , run] = row.split('|').map((cell) => cell.trim());
  return `${name}|${run}`;
}

function renderRow(names: readonly string[], comparison: Comparison): string {
  const { outcomes, equal, ttftErrorMs, e2eErrorMs } = comparison;
  const counts = Object.entries(outcomes).toSorted(([a], [b]) => rankOutcome(a) - rankOutcome(b) || a.localeCompare(b));
  const share = (part: { equal: number; of: number }) => (part.of === 0 ? '–' : `${part.equal} of ${part.of}`);
  const cells = [
    ...names,
    counts.map(([outcome, count]) => `${count} \`${outcome}\``).join(', '),
    ...[equal.outcome, equal.chunks, equal.finish, equal.tokens, equal.usage].map(share),
    ...[ttftErrorMs, e2eErrorMs].map(({ p50, p99 }) => `${renderMs(p50)} / ${renderMs(p99)}`),
  ];
  return `| ${cells.join(' | ')} |`;
}

const rankOutcome = (outcome: string) => (outcome === 'ok' ? 0 : 1);
const renderMs = (ms: number | null) => (ms === null ? '–' : ms.toFixed(2));
