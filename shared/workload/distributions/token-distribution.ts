import { z } from 'zod';
import type { DistributionKind } from './kinds/distribution-kind.ts';
import { empirical } from './kinds/empirical.ts';
import { fixed } from './kinds/fixed.ts';
import { lognormal } from './kinds/lognormal.ts';
import { normal } from './kinds/normal.ts';
import { uniform } from './kinds/uniform.ts';

/** All distributions of token counts, in the order of the documentation. A new one needs one more entry. */
const distributionKinds = [normal, lognormal, uniform, fixed, empirical] as const;

const [first, ...others] = distributionKinds;

/** Schema of a distribution of token counts. Each request draws a value; values outside the bounds are drawn again. */
export const tokenDistributionSchema = z
  .discriminatedUnion('distribution', [first.schema, ...others.map(({ schema }) => schema)])
  .meta({ id: 'TokenDistribution' });

export type TokenDistribution = z.infer<typeof tokenDistributionSchema>;

type AnyKind = DistributionKind<(typeof distributionKinds)[number]['schema']>;
const kindsByName = new Map<string, AnyKind>(
  distributionKinds.map((kind) => [kind.schema.shape.distribution.value, kind]),
);

export function getDistributionKind({ distribution }: TokenDistribution): AnyKind {
  const kind = kindsByName.get(distribution);
  if (kind === undefined) throw new Error(`Unknown distribution: ${distribution}`);
  return kind;
}
