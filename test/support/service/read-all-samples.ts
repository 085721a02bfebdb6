import { z } from 'zod';
import { sampleSchema } from '../../../shared/sample/sample.ts';
import type { ServiceProcess } from './service-process.ts';

const placedSampleSchema = sampleSchema.extend({
  stageIndex: z.number(),
  targetId: z.string(),
  levelIndex: z.number(),
});
export type PlacedSample = z.infer<typeof placedSampleSchema>;

/** Reads all samples of a run page by page through the API. */
export async function readAllSamples(
  service: Pick<ServiceProcess, 'url' | 'apiKey'>,
  runId: string,
): Promise<PlacedSample[]> {
  const samples: PlacedSample[] = [];
  let next: string | null = `/v1/runs/${runId}/samples.ndjson?limit=1000`;
  while (next !== null) {
    const response: Response = await fetch(new URL(next, service.url), {
      headers: { authorization: `Bearer ${service.apiKey}`, accept: 'application/x-ndjson' },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    for (const line of text.split('\n')) if (line !== '') samples.push(placedSampleSchema.parse(JSON.parse(line)));
    next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? null;
  }
  return samples;
}
