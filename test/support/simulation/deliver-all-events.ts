import { sendTestEvent } from '../../../functions/api/webhook-endpoints/redeliver.ts';
import { deliverWebhook } from '../../../functions/notifier/deliver-webhook.ts';
import type { Deps, SafeHttp } from '../../../shared/ports.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { enqueueEvent, enqueuePauseEvent, type RunEventType } from '../../../shared/runs/enqueue-event.ts';
import { webhookEventTypes } from '../../../shared/spec/webhook-event.ts';
import { ids, makeRun, makeWebhookEndpoint } from '../../contract/make-record.ts';
import { createSimulation } from './simulated-deps.ts';

export type SignedPost = { headers: Record<string, string>; body: string };

const makeSecret = (byte: number) => `whsec_${Buffer.alloc(24, byte).toString('base64')}`;

/** The secret of the endpoint and, during the overlap of a rotation, its previous one. Both sign each delivery. */
export const webhookSecrets = [makeSecret(7), makeSecret(8)] as const;

/** Delivers every type of event to one endpoint at `nowMs`. Returns the requests that the endpoint receives. */
export async function deliverAllEvents(nowMs: number): Promise<SignedPost[]> {
  const posts: SignedPost[] = [];
  const post: SafeHttp['post'] = async (_, headers, body) => {
    posts.push({ headers, body });
    return { httpStatus: 204, body: '', durationMs: 1, retryAfter: null };
  };
  const { deps: simulated } = createSimulation();
  const [secret, previous] = webhookSecrets;
  const open = async (sealed: string) => (sealed === 'previous' ? previous : secret);
  const clock = { ...simulated.clock, nowMs: () => nowMs };
  const deps: Deps = { ...simulated, clock, http: { post }, secrets: { seal: async () => '', open } };
  const tenantId = ids.next('tenant');
  const rotation = { sealedPreviousSecret: 'previous', previousSecretExpiresAtMs: nowMs + 60_000 };
  const endpoint = makeWebhookEndpoint({ tenantId, events: [...webhookEventTypes], ...rotation });
  await deps.webhookEndpoints.create(endpoint);
  const at = { createdAtMs: nowMs, startedAtMs: nowMs, endedAtMs: nowMs };
  const changes: Record<RunEventType, Partial<RunRecord>> = {
    'run.started': { status: 'running', endedAtMs: null },
    'run.completed': { ...at, status: 'completed', verdict: 'pass', trust: 'ok' },
    'run.failed': { ...at, status: 'failed', failure: { code: 'no_good_request', message: 'connection refused' } },
    'run.canceled': { ...at, status: 'canceled', stop: 'run_canceled' },
    'run.assertion_failed': { ...at, status: 'completed', verdict: 'fail', trust: 'suspect' },
  };
  const deliveries = [];
  for (const [type, change] of Object.entries(changes)) {
    const labels = { name: 'Überlänge · 测试 🚀', metadata: { team: 'zürich' } };
    const run = makeRun({ tenantId, labels, ...change });
    deliveries.push(...(await enqueueEvent(deps, run, type as RunEventType))); // a key
  }
  const paused = { ...makeWebhookEndpoint({ tenantId }), pausedUntilMs: nowMs };
  deliveries.push(...(await enqueuePauseEvent(deps, paused, ids.next('run'))));
  // The API and the notifier share the stores, the clock, and the queue that sending needs.
  const caller = { deps: deps as Parameters<typeof sendTestEvent>[0]['deps'], tenantId };
  deliveries.push(await sendTestEvent(caller, endpoint));
  for (const { deliveryId } of deliveries) await deliverWebhook(deps, { kind: 'deliver', tenantId, deliveryId });
  return posts;
}
