import { z } from 'zod';
import { terminalStatuses } from '../../shared/records/records.ts';
import type { LocalServer } from '../local/start-local.ts';
import type { StageProgress } from './render-progress.ts';

const runSchema = z.object({
  runId: z.string(),
  status: z.string(),
  progress: z.object({
    stages: z.array(
      z.object({
        targetId: z.string(),
        levelIndex: z.number(),
        status: z.string(),
        planned: z.number(),
        inFlight: z.number(),
        ok: z.number(),
        failed: z.number(),
        canceled: z.number(),
        notSent: z.number(),
      }),
    ),
  }),
});

export type DemoRun = { runId: string; status: string; progress: { stages: StageProgress[] } };

export type DemoApi = {
  createRun(spec: unknown): Promise<DemoRun>;
  getRun(runId: string): Promise<DemoRun>;
  getReport(runId: string, format: 'json' | 'text' | 'html'): Promise<string>;
};

export function hasEnded({ status }: DemoRun): boolean {
  return terminalStatuses.some((terminal) => terminal === status);
}

/** The few calls of the HTTP API that the demo makes, as any client would make them. */
export function createDemoApi({ url, apiKey }: Pick<LocalServer, 'url' | 'apiKey'>): DemoApi {
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
