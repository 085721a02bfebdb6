import type { Deps } from '../ports.ts';
import { noGoodRequest, type RunRecord, type TerminalStatus } from '../records/records.ts';
import { noUsage, type RunUsage } from '../records/run-usage.ts';
import { countFreedAmounts } from './count-run-amounts.ts';
import { enqueueEvent, sendDeliveries } from './enqueue-event.ts';
import { removeWithinQuotas } from './remove-within-quotas.ts';

export type End = { status: TerminalStatus } & Pick<RunRecord, 'failure' | 'verdict' | 'trust' | 'trustReasons'> & {
    usage: RunUsage;
  };

type EndDeps = Pick<
  Deps,
  | 'runs'
  | 'credentials'
  | 'webhookEndpoints'
  | 'deliveries'
  | 'usage'
  | 'dailyUsage'
  | 'queue'
  | 'clock'
  | 'logger'
  | 'telemetry'
  | 'config'
>;

/**
 * Ends a run with status `finalizing`. First stores the final status in a conditional write, so that a retry after a
 * crash ends the run the same way, and counts what it used once. Makes the status visible last, after credentials are deleted and deliveries stored.
 */
export async function endRun(deps: EndDeps, runId: string, end: End): Promise<void> {
  const { runs, credentials, clock, logger, telemetry } = deps;
  const { status: endStatus, ...facts } = end;
  const open = { status: 'finalizing', endStatus: null } as const;
  const startedAtMs = (await runs.get(runId))?.startedAtMs ?? 0;
  // This clock may have been set back, or another machine, whose clock is ahead, may have started the run.
  const endedAtMs = Math.max(startedAtMs, clock.nowMs());
  await runs.update(runId, open, { ...facts, endStatus, endedAtMs, finalizeLeaseExpiresAtMs: null });
  const run = await runs.get(runId);
  if (run === null || run.status !== 'finalizing' || run.endStatus === null) return;
  const status = run.endStatus;
  for (const id of run.ephemeralCredentialIds) await credentials.remove(run.tenantId, id);
  await deps.dailyUsage.add(run.tenantId, runId, run.endedAtMs ?? endedAtMs, run.usage ?? noUsage);
  const ended: RunRecord = { ...run, status };
  const deliveries = await enqueueEvent(deps, ended, `run.${status}`);
  if (run.verdict === 'fail') deliveries.push(...(await enqueueEvent(deps, ended, 'run.assertion_failed')));
  const makeVisible = async () => (await runs.update(runId, { status: 'finalizing' }, { status })) !== null;
  const freed = { activeRuns: 1, ...countFreedAmounts(run) };
  if (!(await removeWithinQuotas(deps, run.tenantId, freed, makeVisible))) return;
  logger.info('run ended', { runId, status });
  telemetry.record('runEnded', 1, { runId, status });
  const isOurs = status === 'failed' && run.stop === null && run.failure?.code !== noGoodRequest;
  if (isOurs) telemetry.record('runFailedByUs', 1, { runId });
  if (run.trust === 'suspect') telemetry.record('runSuspect', 1, { runId });
  await sendDeliveries(deps, deliveries);
}
