import Table from 'cli-table3';
import type { Agreement } from './compare-with-provider.ts';

const plainBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};

/** A table of a target's figures beside its provider's own. */
export function renderAgreement(targetId: string, agreements: readonly Agreement[]): string {
  const table = new Table({
    head: [targetId, 'measured', "provider's log", 'must lie in', ''],
    colAligns: ['left', 'right', 'right', 'right', 'left'],
    chars: plainBorders,
    style: { head: [], border: [] },
  });
  for (const { figure, reported, provider, low, high, agrees } of agreements)
    table.push([figure, number(reported), number(provider), `${number(low)} … ${number(high)}`, agrees ? 'ok' : 'NO']);
  return table.toString();
}

function number(value: number | null): string {
  if (value === null) return '-';
  return Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(3);
}
