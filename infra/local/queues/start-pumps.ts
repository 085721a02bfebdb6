import type { SQSClient } from '@aws-sdk/client-sqs';
import type { CoordinatorDeps } from '../../../functions/coordinator/compose.ts';
import { createCoordinator } from '../../../functions/coordinator/coordinator.ts';
import type { NotifierDeps } from '../../../functions/notifier/compose.ts';
import { createNotifier } from '../../../functions/notifier/deliver-webhook.ts';
import type { MessageKind } from '../../../shared/records/messages.ts';
import type { LocalWorkers } from '../../spare-workers.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import { chooseShares } from './choose-shares.ts';
import type { LocalQueue, QueuePair } from './ensure-queues.ts';
import { type Pump, type PumpOptions, startPump } from './pump.ts';
import type { QueueWait } from './queue-wait.ts';

const retryAfterSeconds = 1;

/** Pools of separate processes, so that nothing disturbs measurements and a large report does not block other work. */
export type LocalPools = { workers: WorkerPool; finalizers: WorkerPool };

/** Starts a pump for each queue and dead-letter queue. A pump passes received messages to the Lambda handler. */
export function startPumps(
  deps: CoordinatorDeps & NotifierDeps,
  client: SQSClient,
  pairs: readonly QueuePair<LocalQueue>[],
  queueWait: QueueWait,
  pools: LocalPools,
  { maxWorkers, workersPerTenant }: LocalWorkers,
): Pump {
  const coordinator = createCoordinator(deps);
  const handlers: Record<MessageKind, PumpOptions['invoke']> = {
    advance: coordinator,
    batch: (event) => pools.workers.invoke(event),
    finalize: (event) => pools.finalizers.invoke(event),
    deliver: createNotifier(deps),
  };
  const shared = { client, retryAfterSeconds, logger: deps.logger };
  const pumps = pairs.flatMap(({ definition, queue, deadLetters }) => {
    const { kind, batchSize, visibilityTimeoutSeconds } = definition;
    const concurrency = definition.concurrency ?? maxWorkers;
    const settings = { ...shared, visibilityTimeoutSeconds };
    return [
      startPump({
        ...settings,
        ...queueWait.forQueue(queue),
        ...chooseShares(kind, workersPerTenant),
        queue,
        invoke: handlers[kind],
        batchSize,
        concurrency,
      }),
      startPump({
        ...settings,
        ...queueWait.forDeadLetters(deadLetters),
        queue: deadLetters,
        invoke: coordinator,
        batchSize: 10,
        concurrency: 1,
      }),
    ];
  });
  return {
    stop: async () => void (await Promise.all(pumps.map((pump) => pump.stop()))),
    abandon: async () => void (await Promise.all(pumps.map((pump) => pump.abandon()))),
  };
}
