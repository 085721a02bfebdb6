import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { runAtOnce } from '../../../shared/time-slices.ts';
import { buildPrompt, computePromptDigest } from '../../../shared/workload/workload.ts';
import { sonnetWorkload } from './sonnet-workload.ts';

describe('computePromptDigest', () => {
  test('has a known value, so a changed prompt is detected on any machine', () => {
    expect(runAtOnce(computePromptDigest(sonnetWorkload(), 117, 150))).toBe(
      'e9af704236a7dbd53ed1dc32347a860ee9df3fe9a61c41b903726d6ae4f74dc3',
    );
  });

  test('is the SHA-256 of canonical JSON lines', () => {
    const workload = {
      kind: 'prompts' as const,
      prompts: [{ prompt: 'é\n"' }, { prompt: 'b', maxOutputTokens: 3 }],
      maxOutputTokens: 9,
    };
    const lines =
      '{"maxOutputTokens":9,"messages":[{"content":"é\\n\\"","role":"user"}]}\n{"maxOutputTokens":3,"messages":[{"content":"b","role":"user"}]}\n';
    expect(runAtOnce(computePromptDigest(workload, 1, 2))).toBe(
      createHash('sha256').update(lines, 'utf8').digest('hex'),
    );
  });

  test('differs by seed, count and workload', () => {
    const digests = [
      runAtOnce(computePromptDigest(sonnetWorkload(), 1, 3)),
      runAtOnce(computePromptDigest(sonnetWorkload(), 2, 3)),
      runAtOnce(computePromptDigest(sonnetWorkload(), 1, 4)),
      runAtOnce(computePromptDigest(sonnetWorkload({ cache: 'warm' }), 1, 3)),
    ];
    expect(new Set(digests).size).toBe(4);
    expect(buildPrompt(sonnetWorkload(), 1, 'measured', 0)).toEqual(buildPrompt(sonnetWorkload(), 1, 'measured', 0));
  });
});
