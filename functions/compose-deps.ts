import { createDynamodbClient, createKmsClient, createSqsClient } from '../shared/adapters/aws-clients.ts';
import { createStores } from '../shared/adapters/dynamodb/create-stores.ts';
import { createTelemetry } from '../shared/adapters/emf-telemetry.ts';
import { createFileSecretBox } from '../shared/adapters/file-secret-box.ts';
import { createKmsSecretBox } from '../shared/adapters/kms-secret-box.ts';
import { createLogger } from '../shared/adapters/pino-logger.ts';
import { createSafeHttp } from '../shared/adapters/safe-http.ts';
import { createQueue, type RegionalQueue } from '../shared/adapters/sqs-queue.ts';
import { createClock } from '../shared/adapters/system-clock.ts';
import { createIds } from '../shared/adapters/ulid-ids.ts';
import type { Config } from '../shared/config.ts';
import { createInstrument, type InstrumentOptions } from '../shared/measure/create-instrument.ts';
import type { Deps, SecretBox } from '../shared/ports.ts';

/**
 * The one place where adapters are chosen: KMS or a key file, AWS or the embedded servers, all by the configuration. Every
 * door uses it, on Lambda and on one machine alike. Nothing is contacted before it is used.
 * @param entries where a bundler has put the instrument's threads; beside its source if left out
 */
export function composeDeps(
  config: Config,
  entries: Pick<InstrumentOptions, 'threadEntry' | 'referenceEntry'> = {},
): Deps {
  const clock = createClock();
  return {
    ...createStores(createDynamodbClient(config), config.tableName, clock),
    queue: createQueue(createSqsClient(config), config.queueUrls, regionalQueuesOf(config)),
    secrets: secretBoxOf(config),
    http: createSafeHttp(config.egress, clock),
    instrument: createInstrument({ egress: config.egress, ...entries }),
    logger: createLogger(config.logLevel),
    telemetry: createTelemetry(config.telemetryNamespace, clock),
    clock,
    ids: createIds(clock),
    config,
  };
}

function regionalQueuesOf({ sqsEndpoint, workerQueueUrls }: Config): Map<string, RegionalQueue> {
  return new Map(
    Object.entries(workerQueueUrls).map(([region, url]) => [
      region,
      { client: createSqsClient({ region, sqsEndpoint }), url },
    ]),
  );
}

function secretBoxOf(config: Config): SecretBox {
  const { sealing } = config;
  if (sealing.kind === 'kms') return createKmsSecretBox(createKmsClient(config), sealing.keyId);
  return createFileSecretBox(sealing.path);
}
