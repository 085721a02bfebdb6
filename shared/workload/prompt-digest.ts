import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Workload } from '../workload/workload.ts';
import type { Dataset } from './datasets/dataset.ts';
import { buildPrompt } from './workload.ts';

/**
 * SHA-256 (lower-case hex) over the first `count` measured prompts: of each its messages and output limit as canonical
 * JSON (RFC 8785, UTF-8) and a line feed. Two runs of the same digest ask the same, byte for byte; of live conversations the
 * first turn of each number, since what follows hangs on answers.
 */
export function promptDigest(workload: Workload, seed: number, count: number, dataset: Dataset | null = null): string {
  const hash = createHash('sha256');
  for (let number = 0; number < count; number++) {
    const { messages, maxOutputTokens } = buildPrompt(workload, seed, 'measured', number, dataset);
    hash.update(`${canonicalize({ messages, maxOutputTokens })}\n`, 'utf8');
  }
  return hash.digest('hex');
}
