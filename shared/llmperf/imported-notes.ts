import type { Imported } from '../sample/imported.ts';
import { summaryFigures } from './summary-figures.ts';

/** What is known of the requests behind an import, each a sentence; stands where a measured run has its workload. */
export function importedNotes({ stages }: Imported): string[] {
  const asked = new Set(
    stages.flatMap(({ summary }) => {
      const figures = summaryFigures(summary ?? {});
      const size = (side: 'input' | 'output') => {
        const [mean, stddev] = [figures.number(`mean_${side}_tokens`), figures.number(`stddev_${side}_tokens`)];
        return mean === null ? null : `${mean}${stddev === null ? '' : ` ± ${stddev}`} ${side}`;
      };
      const [input, output] = [size('input'), size('output')];
      return input === null || output === null ? [] : [`${input} and ${output} tokens`];
    }),
  );
  return [
    `Asked by LLMPerf${asked.size === 0 ? '' : `, for ${[...asked].join('; ')}`}; imported from its files, not measured here.`,
    'As LLMPerf reckons: times from before the connection is made to the end of the response, ITL with the TTFT in it, output tokens with a BOS token each, input tokens as drawn and never counted.',
  ];
}
