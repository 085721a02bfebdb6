import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { countSchema } from '../number-schema.ts';

const runId = idSchema('run');
const tenantId = idSchema('tenant');

/** Schemas of queue messages. Each kind has a separate queue. Messages contain ids and numbers, never prompts. */
export const messageSchemas = {
  advance: z.strictObject({ kind: z.literal('advance'), runId }),
  batch: z.strictObject({
    kind: z.literal('batch'),
    runId,
    stageIndex: countSchema,
    batchIndex: countSchema,
    attempt: z.number().int().min(1),
  }),
  finalize: z.strictObject({ kind: z.literal('finalize'), runId }),
  deliver: z.strictObject({ kind: z.literal('deliver'), tenantId, deliveryId: idSchema('delivery') }),
} as const;

/** Name suffix of dead-letter queues. The coordinator uses it to recognize messages from these queues. */
export const deadLetterSuffix = '-dead-letters';

export const messageSchema = z.discriminatedUnion('kind', [
  messageSchemas.advance,
  messageSchemas.batch,
  messageSchemas.finalize,
  messageSchemas.deliver,
]);

export type MessageKind = keyof typeof messageSchemas;
export type AdvanceMessage = z.infer<typeof messageSchemas.advance>;
export type BatchMessage = z.infer<typeof messageSchemas.batch>;
export type FinalizeMessage = z.infer<typeof messageSchemas.finalize>;
export type DeliverMessage = z.infer<typeof messageSchemas.deliver>;
export type Message = AdvanceMessage | BatchMessage | FinalizeMessage | DeliverMessage;
