import { afterAll, beforeAll } from 'vitest';
import type { Report } from '../../../shared/report/model/report.ts';
import { type StreamServer, startStreamServer } from '../../support/servers/stream-server.ts';
import { type Pipeline, startPipeline } from '../../support/service/pipeline.ts';

/** Starts a server and a pipeline for the tests of a file. */
export function useLoadPipeline() {
  let server: StreamServer;
  let pipeline: Pipeline;
  beforeAll(async () => {
    server = await startStreamServer();
    pipeline = await startPipeline({ MAX_STREAMS_PER_WORKER: '64' });
  });
  afterAll(async () => {
    await pipeline.close();
    await server.close();
  });
  return {
    serverUrl: () => server.url,
    deps: () => pipeline.deps,
    makeRunSpec: (model: string, load: object, change: object = {}) => ({
      seed: 7,
      targets: [{ id: 'a', baseUrl: server.url, model, credentialId: null }],
      workload: { kind: 'prompts', prompts: [{ prompt: 'Say one two three.' }], maxOutputTokens: 20 },
      load,
      ...change,
    }),
    /** Runs the spec. Returns the finished run and its report. */
    async measure(spec: object, change = {}, timeoutMs = 30_000) {
      const runId = await pipeline.start(spec, change);
      const run = await pipeline.finish(runId, timeoutMs);
      const report: Report = JSON.parse((await pipeline.deps.reports.get(runId)) ?? 'null');
      return { run, report };
    },
  };
}
