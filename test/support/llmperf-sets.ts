import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One run of LLMPerf: the texts of its two files. */
export type LlmperfSet = { name: string; summary: string; individualResponses: string };

/**
 * LLMPerf's published result files, where they lie beside a checkout; they are no part of it, and where they are absent
 * there is nothing to compare with.
 */
export function readLlmperfSets(): LlmperfSet[] {
  const directory = fileURLToPath(new URL('../../../shared/data/llmperf-leaderboard', import.meta.url));
  if (!existsSync(directory)) return [];
  return readdirSync(`${directory}/summary`)
    .sort()
    .map((file) => ({
      name: file.replace('.json', ''),
      summary: readFileSync(`${directory}/summary/${file}`, 'utf8'),
      individualResponses: readFileSync(`${directory}/individual/${file}`, 'utf8'),
    }));
}
