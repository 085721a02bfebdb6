import { z } from 'zod';
import { runStatuses, terminalStatuses } from '../../shared/records/records.ts';

/** Where runs are made. */
export type Service = { url: string; apiKey: string };

const runSchema = z.object({
  runId: z.string(),
  status: z.enum(runStatuses),
  manifestSha256: z.string(),
  failure: z.object({ message: z.string() }).nullable(),
});

export type EndedRun = { runId: string; manifestSha256: string; reportJson: string };

/**
 * Runs a spec on a service and waits for its end.
 * @throws Error with what the service said, where the run is refused or does not complete
 */
export async function runAgain(
  service: Service,
  spec: Record<string, unknown>,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<EndedRun> {
  const call = (path: string, init: RequestInit = {}) => callService(service, path, { ...init, signal });
  const body = JSON.stringify(spec);
  const created = runSchema.parse(JSON.parse(await call('/v1/runs', { method: 'POST', body })));
  log(`Run ${created.runId} at ${service.url}`);
  let run = created;
  while (!terminalStatuses.some((status) => status === run.status))
    // The service itself waits, up to a minute a time.
    run = runSchema.parse(JSON.parse(await call(`/v1/runs/${run.runId}`, { headers: { prefer: 'wait=30' } })));
  if (run.status !== 'completed')
    throw new Error(`The new run ended as ${run.status}${run.failure === null ? '' : `: ${run.failure.message}`}`);
  const reportJson = await call(`/v1/runs/${run.runId}/report?format=json`);
  return { runId: run.runId, manifestSha256: run.manifestSha256, reportJson };
}

async function callService({ url, apiKey }: Service, path: string, init: RequestInit): Promise<string> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', ...init.headers };
  const response = await fetch(`${url}${path}`, { ...init, headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}${path} answered ${response.status}: ${describeProblem(text)}`);
  return text;
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
