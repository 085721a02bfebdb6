import type { Deps } from '../ports.ts';
import type { RunRecord, TerminalStatus } from '../records/records.ts';
import type { WebhookEventType } from '../spec/webhook-event.ts';
import { enqueueEvent, sendDeliveries } from './enqueue-event.ts';

export type End = { status: TerminalStatus } & Pick<RunRecord, 'failure' | 'verdict' | 'trust' | 'trustReasons'>;

type EndDeps = Pick<
  Deps,
  'runs' | 'credentials' | 'webhookEndpoints' | 'deliveries' | 'queue' | 'clock' | 'logger' | 'telemetry' | 'config'
>;

const eventOf: Record<TerminalStatus, WebhookEventType> = {
  completed: 'run.completed',
  failed: 'run.failed',
  canceled: 'run.canceled',
};

/**
 * Ends a run that is finalizing. First fixes the final status with a conditional write, so that a retry after a crash ends
 * the run the same way. Publishes the status last, after it deletes ephemeral credentials and stores deliveries.
 */
export async function endRun(deps: EndDeps, runId: string, end: End): Promise<void> {
  const { status, ...facts } = end;
  const open = { status: 'finalizing', endStatus: null } as const;
  await deps.runs.update(runId, open, { ...facts, endStatus: status, endedAtMs: deps.clock.nowMs() });
  const run = await deps.runs.get(runId);
  if (run === null || run.status !== 'finalizing' || run.endStatus === null) return;
  for (const id of run.ephemeralCredentialIds) await deps.credentials.remove(run.tenantId, id);
  const ended: RunRecord = { ...run, status: run.endStatus };
  const deliveries = await enqueueEvent(deps, ended, eventOf[run.endStatus]);
  if (run.verdict === 'fail') deliveries.push(...(await enqueueEvent(deps, ended, 'run.assertion_failed')));
  const updated = await deps.runs.update(runId, { status: 'finalizing' }, { status: run.endStatus });
  if (updated === null) return;
  deps.logger.info('run ended', { runId, status: run.endStatus });
  deps.telemetry.record('runEnded', 1, { runId, status: run.endStatus });
  if (run.endStatus === 'failed' && run.stop === null) deps.telemetry.record('runFailedByUs', 1, { runId });
  if (run.trust === 'suspect') deps.telemetry.record('runSuspect', 1, { runId });
  await sendDeliveries(deps, deliveries);
}
