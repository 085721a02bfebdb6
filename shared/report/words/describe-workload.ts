import type { TokenDistribution } from '../../workload/distributions/token-distribution.ts';
import type { Report } from '../model/report.ts';
import { formatNumber } from './format-number.ts';

type ReportedWorkload = NonNullable<Report['run']['workload']>;

/** What was asked, in a line. */
export function describeWorkload(workload: ReportedWorkload): string {
  switch (workload.kind) {
    case 'prompts':
      return join(
        `${'promptCount' in workload ? workload.promptCount : workload.prompts.length} prompts given inline`,
        coldNote(workload),
      );
    case 'dataset':
      return join(`${workload.promptCount ?? 'the'} prompts of ${workload.datasetId}`, coldNote(workload));
    case 'number-words':
      return join(
        `number-words, ${formatNumber(workload.min, 0)} to ${formatNumber(workload.max, 0)}`,
        coldNote(workload),
      );
    case 'llmperf-v1':
      return `llmperf-v1, ${workload.minLines} to ${workload.maxLines - 1} lines, ${workload.requestedLines} asked for`;
    case 'llmperf-v2': {
      const { inputTokens, outputTokens } = workload;
      return `llmperf-v2, ${inputTokens.mean} ± ${inputTokens.stddev} input and ${outputTokens.mean} ± ${outputTokens.stddev} output tokens asked for`;
    }
    case 'sonnet':
      return join(
        `sonnet, ${describeSizes(workload)}`,
        workload.corpusDatasetId === undefined ? null : `lines of ${workload.corpusDatasetId}`,
        workload.checksum ? 'checksum' : null,
        `${workload.cache} cache`,
      );
    case 'trace':
      return join(
        `trace of ${workload.entryCount ?? 'the'} requests${workload.datasetId === undefined ? '' : ` of ${workload.datasetId}`}`,
        workload.checksum ? 'checksum' : null,
        `${workload.cache} cache`,
      );
    case 'conversation':
      return join(
        `conversation of ${describeTokens(workload.turns)} turns, ${describeSizes(workload)} a turn`,
        `${workload.history} history`,
        workload.checksum ? 'checksum' : null,
        `${workload.cache} cache`,
      );
  }
}

function join(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(', ');
}

function coldNote({ cache }: { cache?: 'cold' | 'warm' | undefined }): string | null {
  return cache === 'cold' ? 'cold cache' : null;
}

function describeSizes(workload: { inputTokens: TokenDistribution; outputTokens: TokenDistribution }): string {
  return `${describeTokens(workload.inputTokens)} input and ${describeTokens(workload.outputTokens)} output tokens`;
}

function describeTokens(distribution: TokenDistribution): string {
  switch (distribution.distribution) {
    case 'normal':
    case 'lognormal':
      return `${distribution.mean} ± ${distribution.stddev}${distribution.distribution === 'normal' ? '' : ' (lognormal)'}`;
    case 'uniform':
      return `${distribution.min} to ${distribution.max}`;
    case 'fixed':
      return String(distribution.value);
    case 'empirical':
      return `${distribution.values.length} empirical values of`;
  }
}
