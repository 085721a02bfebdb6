import type { Fault } from '../../errors/app-error.ts';
import { getDistributionKind, type TokenDistribution } from './token-distribution.ts';

/** Checks the input and output sizes of a workload. @param leastInput minimum number of input tokens */
export function checkSizes(
  { inputTokens, outputTokens }: { inputTokens: TokenDistribution; outputTokens: TokenDistribution },
  leastInput: number,
): Fault[] {
  return [
    ...checkDistribution(inputTokens, '/workload/inputTokens', leastInput),
    ...checkDistribution(outputTokens, '/workload/outputTokens'),
  ];
}

/** Checks a distribution for problems that its schema cannot detect. @param least minimum number of tokens */
export function checkDistribution(distribution: TokenDistribution, pointer: string, least = 1): Fault[] {
  return getDistributionKind(distribution).check(distribution, pointer, least);
}
