/** Making one costs more than a thousand uses of it. */
const formats = new Map<number, Intl.NumberFormat>();

/** A number with a fixed count of decimals and thousands separated. */
export function formatNumber(value: number, decimals: number): string {
  const known = formats.get(decimals);
  if (known !== undefined) return known.format(value);
  const format = new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  formats.set(decimals, format);
  return format.format(value);
}

/** How many decimals show a number of this size to about four digits. */
export function chooseDecimals(size: number): number {
  const magnitude = Math.abs(size);
  if (magnitude >= 1_000) return 0;
  if (magnitude >= 100) return 1;
  return magnitude >= 10 || magnitude === 0 ? 2 : 3;
}

/** A number to about four digits. */
export function formatShort(value: number): string {
  return formatNumber(value, chooseDecimals(value));
}

export function formatPercent(share: number): string {
  return `${formatNumber(share * 100, 1)} %`;
}

/** A value and what it is uncertain by, both to two digits of the uncertainty: "0.51 ± 0.05". */
export function formatUncertain(value: number, half: number): string {
  const decimals = half > 0 ? Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(half)))) : 3;
  return `${formatNumber(value, decimals)} ± ${formatNumber(half, decimals)}`;
}

/** The p-value of a test. */
export function formatProbability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : formatShort(p);
}
