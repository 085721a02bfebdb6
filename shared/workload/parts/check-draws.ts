import type { Fault } from '../../errors/app-error.ts';
import { checkDistribution } from '../distributions/check-distribution.ts';
import type { TokenDistribution } from '../distributions/token-distribution.ts';

type Draws = { inputTokens: TokenDistribution; outputTokens: TokenDistribution };

/** Returns the faults of the sizes that a workload draws. */
export function checkDraws({ inputTokens, outputTokens }: Draws, leastInput: number): Fault[] {
  const example = '{"distribution": "normal", "mean": 550, "stddev": 150}';
  return [
    ...checkDraw('inputTokens', inputTokens, leastInput, example),
    ...checkDraw('outputTokens', outputTokens, 1, example),
  ];
}

/** Returns the faults of one distribution; each comes as a sentence with its remedy after the semicolon. */
export function checkDraw(field: string, distribution: TokenDistribution, least: number, example: string): Fault[] {
  return checkDistribution(distribution, least).map((sentence) => {
    const [fault = sentence, remedy] = sentence.split(/; (.*)/s);
    return { pointer: `/workload/${field}`, fault, remedy: capitalize(remedy ?? `use one such as ${example}`) };
  });
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
