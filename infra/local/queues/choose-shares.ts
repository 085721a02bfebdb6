import type { Message } from '@aws-sdk/client-sqs';
import { kindAttribute, tenantAttribute } from '../../../shared/adapters/sqs-queue.ts';
import { mayTakePlace } from '../../../shared/fair-order.ts';
import type { MessageKind } from '../../../shared/records/messages.ts';
import type { PumpOptions } from './pump.ts';

/** A tenant alone has at most 32 of 256 deliveries at the same time. 30 such tenants do not take all. */
const deliveriesPerFreePlace = 1 / 7;
/** A check of a target occupies a worker for up to 20 s, and a tenant can request many: one alone has a fifth. */
const checksPerFreePlace = 1 / 4;

/**
 * Chooses how tenants share a queue whose messages take long. They take turns, as in the fair queues of SQS.
 * @param workersPerTenant maximum workers of one tenant. The coordinator starts no more batches than that
 */
export function chooseShares(kind: MessageKind, workersPerTenant: number): Pick<PumpOptions, 'shares'> {
  if (kind === 'advance') return {};
  if (kind === 'finalize') return { shares: { readTenant, mayStart: () => true } };
  if (kind === 'deliver')
    return { shares: { readTenant, mayStart: (load) => mayTakePlace(load, deliveriesPerFreePlace) } };
  return {
    shares: {
      readTenant: (message) => `${readTenant(message)}${isCheck(message) ? ' checks' : ''}`,
      mayStart: (load, message) =>
        isCheck(message) ? mayTakePlace(load, checksPerFreePlace) : load.running < workersPerTenant,
    },
  };
}

const readAttribute = ({ MessageAttributes }: Message, name: string) => MessageAttributes?.[name]?.StringValue ?? '';

function readTenant(message: Message): string {
  return readAttribute(message, tenantAttribute);
}

function isCheck(message: Message): boolean {
  return readAttribute(message, kindAttribute) === 'check';
}
