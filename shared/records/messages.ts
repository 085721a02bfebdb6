import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { countSchema } from '../number-schema.ts';

const runId = idSchema('run');
const tenantId = idSchema('tenant');

const advance = z.strictObject({ kind: z.literal('advance'), runId });
const batch = z.strictObject({
  kind: z.literal('batch'),
  runId,
  stageIndex: countSchema,
  batchIndex: countSchema,
  attempt: z.number().int().min(1),
});
const finalize = z.strictObject({ kind: z.literal('finalize'), runId });
const archive = z.strictObject({ kind: z.literal('archive'), runId });
const remove = z.strictObject({ kind: z.literal('remove'), runId });
const deliver = z.strictObject({ kind: z.literal('deliver'), tenantId, deliveryId: idSchema('delivery') });

const check = z.strictObject({
  kind: z.literal('check'),
  ownerId: z.union([runId, idSchema('targetCheck')]),
  targetIndex: countSchema,
});

/** Schemas of queue messages. Each kind has a separate queue. Messages contain ids and numbers, never prompts. */
export const messageSchemas = { advance, batch, finalize, deliver } as const;
export const messageSchema = z.discriminatedUnion('kind', [advance, batch, finalize, deliver, check, archive, remove]);

/** Name suffix of dead-letter queues. The coordinator uses it to recognize messages from these queues. */
export const deadLetterSuffix = '-dead-letters';

export type MessageKind = keyof typeof messageSchemas;
export type AdvanceMessage = z.infer<typeof messageSchemas.advance>;
export type BatchMessage = z.infer<typeof messageSchemas.batch>;
export type FinalizeMessage = z.infer<typeof messageSchemas.finalize>;
export type DeliverMessage = z.infer<typeof messageSchemas.deliver>;
export type CheckMessage = z.infer<typeof check>;
export type ArchiveMessage = z.infer<typeof archive>;
export type RemoveMessage = z.infer<typeof remove>;
export type Message =
  | AdvanceMessage
  | BatchMessage
  | FinalizeMessage
  | DeliverMessage
  | CheckMessage
  | ArchiveMessage
  | RemoveMessage;

/** Kinds without a queue of their own. Workers also check targets; finalizers also archive and remove data of runs. */
const sharedQueues: Partial<Record<Message['kind'], MessageKind>> = {
  check: 'batch',
  archive: 'finalize',
  remove: 'finalize',
};

/** Returns the queue of a message. */
export function chooseQueue({ kind }: Message): MessageKind {
  return sharedQueues[kind] ?? (kind as MessageKind); // each other kind has a queue
}
