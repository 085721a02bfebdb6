import type { DeliveryRecord, RunRecord } from '../domain/records.ts';
import type { WebhookEventType } from '../domain/webhook-event.ts';
import type { Deps } from '../ports.ts';
import { enqueueEvent, sendDeliveries } from './enqueue-event.ts';

type End = Pick<RunRecord, 'status' | 'failure' | 'verdict' | 'trust' | 'trustReasons'>;

const eventOf: Partial<Record<RunRecord['status'], WebhookEventType>> = {
  completed: 'run.completed',
  failed: 'run.failed',
  canceled: 'run.canceled',
};

/**
 * Gives a run its terminal status, last of all: credentials that came with it are gone and its deliveries are written
 * before, so that whoever sees the status sees all that goes with it.
 */
export async function endRun(deps: Deps, run: RunRecord, end: End): Promise<void> {
  for (const id of run.ephemeralCredentialIds) await deps.credentials.remove(run.tenantId, id);
  const ended: RunRecord = { ...run, ...end, endedAtMs: deps.clock.nowMs() };
  const deliveries: DeliveryRecord[] = [];
  const eventType = eventOf[end.status];
  if (eventType !== undefined) deliveries.push(...(await enqueueEvent(deps, ended, eventType)));
  if (end.verdict === 'fail') deliveries.push(...(await enqueueEvent(deps, ended, 'run.assertion_failed')));
  const updated = await deps.runs.update(run.runId, { status: 'finalizing' }, { ...end, endedAtMs: ended.endedAtMs });
  if (updated === null) return;
  deps.logger.info('run ended', { runId: run.runId, status: end.status });
  await sendDeliveries(deps, deliveries);
}
