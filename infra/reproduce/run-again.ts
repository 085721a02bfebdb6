import { createRunClient, hasEnded } from '../client/run-client.ts';

/** Where runs are made. */
export type Service = { url: string; apiKey: string };

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
  const client = createRunClient(service, signal);
  let run = await client.createRun(spec);
  log(`Run ${run.runId} at ${service.url}`);
  while (!hasEnded(run)) run = await client.getRun(run.runId, 30);
  if (run.status !== 'completed')
    throw new Error(`The new run ended as ${run.status}${run.failure === null ? '' : `: ${run.failure.message}`}`);
  const reportJson = await client.getReport(run.runId, 'json');
  return { runId: run.runId, manifestSha256: run.manifestSha256, reportJson };
}
