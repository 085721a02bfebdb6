import { alignLines } from '../../shared/report/render/align-columns.ts';
import type { Agreement } from './compare-with-provider.ts';

/** Renders a table of a target's figures beside its provider's own. */
export function renderAgreement(targetId: string, agreements: readonly Agreement[]): string {
  const rows = agreements.map(({ figure, reported, provider, low, high, agrees }) => [
    figure,
    formatNumber(reported),
    formatNumber(provider),
    `${formatNumber(low)} … ${formatNumber(high)}`,
    agrees ? 'ok' : 'NO',
  ]);
  return alignLines([[targetId, 'measured', "provider's log", 'must lie in', ''], ...rows], 1).join('\n');
}

function formatNumber(value: number | null): string {
  if (value === null) return '-';
  return Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(3);
}
