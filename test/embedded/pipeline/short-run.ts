import { expect } from 'vitest';
import { planRun } from '../../../shared/plan/plan-run.ts';
import { readStageSamples } from '../../../shared/runs/read-stage-columns.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import { type Pipeline, type PipelineParts, startPipeline } from '../../support/service/pipeline.ts';

/** Makes the spec of a run of short prompts against the test server, whose behavior `model` selects. */
export function makeShortSpec(
  baseUrl: string,
  change: Record<string, unknown> = {},
  target: Record<string, unknown> = {},
) {
  return {
    seed: 7,
    targets: [
      {
        id: 'a',
        baseUrl,
        model: 'fast',
        credentialId: null,
        pricing: { inputPerMillionTokens: 1, outputPerMillionTokens: 2 },
        ...target,
      },
    ],
    workload: { kind: 'prompts', prompts: [{ prompt: 'Say one two three.' }], maxOutputTokens: 20 },
    load: { mode: 'concurrency', stages: [{ concurrency: 4, requests: 40 }], warmupRequests: 2 },
    ...change,
  };
}

export async function readSamples({ deps }: Pipeline, runId: string): Promise<Sample[][]> {
  const run = await deps.runs.get(runId);
  if (run === null) throw new Error('no run');
  const stages: Sample[][] = [];
  for (const stage of planRun(run.spec, run)) {
    const samples: Sample[] = [];
    for await (const batch of readStageSamples(deps, run, stage)) samples.push(...batch);
    stages.push(samples);
  }
  return stages;
}

export function countBy(samples: readonly Sample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of samples) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

export async function withPipeline(
  run: (pipeline: Pipeline) => Promise<void>,
  environment?: Record<string, string>,
  bus?: Parameters<typeof startPipeline>[1],
  parts?: Partial<PipelineParts>,
): Promise<void> {
  const pipeline = await startPipeline(environment, bus, parts);
  try {
    await run(pipeline);
    expect(pipeline.bus.errors).toEqual([]);
  } finally {
    await pipeline.close();
  }
}
