import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The two files of an LLMPerf run as texts. */
export type LlmperfSet = { name: string; summary: string; individualResponses: string };

/**
 * Reads LLMPerf's published result files from a folder next to the checkout. The list is empty if they are absent, because
 * they are not part of this project.
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
