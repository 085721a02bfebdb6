import { z } from 'zod';
import { terminalStatuses } from '../../shared/records/records.ts';

const count = z.number().int().min(0);

const stageProgressSchema = z.object({
  targetId: z.string(),
  levelIndex: count,
  status: z.string(),
  planned: count,
  inFlight: count,
  ok: count,
  failed: count,
  canceled: count,
  notSent: count,
});
/** Progress of one stage, as the API reports it. */
export type StageProgress = z.infer<typeof stageProgressSchema>;

const runSchema = z.object({
  runId: z.string(),
  status: z.string(),
  verdict: z.enum(['pass', 'fail']).nullable(),
  progress: z.object({ stages: z.array(stageProgressSchema) }),
});
export type ClientRun = z.infer<typeof runSchema>;

export type RunClient = {
  createRun(spec: unknown): Promise<ClientRun>;
  getRun(runId: string): Promise<ClientRun>;
  getReport(runId: string, format: 'json' | 'text' | 'html'): Promise<string>;
};

export function hasEnded({ status }: Pick<ClientRun, 'status'>): boolean {
  return terminalStatuses.some((terminal) => terminal === status);
}

/** Creates a client for the few calls of the HTTP API that a command makes, as any client would make them. */
export function createRunClient({ url, apiKey }: { url: string; apiKey: string }): RunClient {
  const call = async (path: string, init: { method?: string; body?: string } = {}): Promise<Response> => {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, { ...init, headers });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response;
  };
  return {
    createRun: async (spec) =>
      runSchema.parse(await (await call('/v1/runs', { method: 'POST', body: JSON.stringify(spec) })).json()),
    getRun: async (runId) => runSchema.parse(await (await call(`/v1/runs/${runId}`)).json()),
    getReport: async (runId, format) => (await call(`/v1/runs/${runId}/report?format=${format}`)).text(),
  };
}
