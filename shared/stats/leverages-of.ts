import { dot } from './dot.ts';
import type { StandardisedDesign } from './standardise-design.ts';

/** The leverage of each observation, the diagonal of the hat matrix: 1/n + z'(Z'Z)⁻¹z. */
export function leveragesOf({ z, inverted }: StandardisedDesign): Float64Array {
  const n = z[0]?.length ?? 0;
  const row = new Float64Array(z.length);
  return Float64Array.from({ length: n }, (_, i) => {
    for (let j = 0; j < z.length; j++) row[j] = z[j]?.[i] ?? 0;
    return 1 / n + inverted.reduce((sum, line, j) => sum + (row[j] ?? 0) * dot(line, row), 0);
  });
}
