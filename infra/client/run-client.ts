import { z } from 'zod';
import { countSchema } from '../../shared/number-schema.ts';
import { batchProgressSchema, terminalStatuses } from '../../shared/records/records.ts';

const stageProgressSchema = batchProgressSchema
  .omit({ issued: true, warmupDone: true, busyMs: true, tally: true })
  .extend({ targetId: z.string(), status: z.string(), planned: countSchema });
export type StageProgress = z.infer<typeof stageProgressSchema>;

const runSchema = z.object({
  runId: z.string(),
  status: z.string(),
  manifestSha256: z.string(),
  failure: z.object({ message: z.string() }).nullable(),
  verdict: z.enum(['pass', 'fail']).nullable(),
  progress: z.object({ stages: z.array(stageProgressSchema) }),
});
export type ClientRun = z.infer<typeof runSchema>;

export type Service = { url: string; apiKey: string };

export type RunClient = {
  createRun(spec: unknown): Promise<ClientRun>;
  /** Returns a run. The service waits up to `waitSeconds` for the run to end before it responds. */
  getRun(runId: string, waitSeconds?: number): Promise<ClientRun>;
  getReport(runId: string, ending: '' | '.txt' | '.html'): Promise<string>;
};

export function hasEnded({ status }: Pick<ClientRun, 'status'>): boolean {
  return terminalStatuses.some((terminal) => terminal === status);
}

export function createRunClient(service: Service, signal?: AbortSignal): RunClient {
  const call = async (path: string, init: RequestInit = {}): Promise<string> => {
    const headers = { authorization: `Bearer ${service.apiKey}`, 'content-type': 'application/json', ...init.headers };
    const response = await fetch(`${service.url}${path}`, { ...init, headers, signal: signal ?? null });
    const text = await response.text();
    if (response.ok) return text;
    throw new Error(`${service.url}${path} returned ${response.status}: ${describeProblem(text)}`);
  };
  const callForRun = async (path: string, init: RequestInit) => runSchema.parse(JSON.parse(await call(path, init)));
  return {
    createRun: (spec) => callForRun('/v1/runs', { method: 'POST', body: JSON.stringify(spec) }),
    getRun: (runId, waitSeconds) =>
      callForRun(`/v1/runs/${runId}`, waitSeconds === undefined ? {} : { headers: { prefer: `wait=${waitSeconds}` } }),
    getReport: (runId, ending) => call(`/v1/runs/${runId}/report${ending}`),
  };
}

/** Creates a run and waits until it ends. Throws an error with the service's message if the run does not complete. */
export async function completeRun(
  service: Service,
  spec: unknown,
  { signal, onCreated }: { signal?: AbortSignal; onCreated?(runId: string): void } = {},
): Promise<{ runId: string; manifestSha256: string; reportJson: string }> {
  const client = createRunClient(service, signal);
  let run = await client.createRun(spec);
  onCreated?.(run.runId);
  while (!hasEnded(run)) run = await client.getRun(run.runId, 25);
  const { runId, manifestSha256, status, failure } = run;
  if (status === 'completed') return { runId, manifestSha256, reportJson: await client.getReport(runId, '') };
  const reason = failure === null ? '' : `: ${failure.message.replace(/\.$/, '')}`;
  throw new Error(`The run did not complete. Its status is "${status}"${reason}.`);
}

/** Returns the URL in the `--service` flag without a trailing slash. Throws an error if it is not an http(s) URL. */
export function readServiceUrl(text: string): string {
  if (/^https?:/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw new Error(`--service must be a URL such as http://127.0.0.1:8787, not "${text}".`);
}

const problemSchema = z.object({
  detail: z.string(),
  faults: z.array(z.object({ pointer: z.string(), fault: z.string(), remedy: z.string() })),
});

function describeProblem(text: string): string {
  try {
    const { detail, faults } = problemSchema.parse(JSON.parse(text));
    return [detail, ...faults.map(({ pointer, fault, remedy }) => `${pointer} ${fault}: ${remedy}`)].join('\n  ');
  } catch {
    return text.slice(0, 500);
  }
}
