import { z } from 'zod';
import { batchKey, blockPrefix, type ItemKey, parseBlockSortKey } from '../../../shared/adapters/dynamodb/keys.ts';
import type { Witness } from './fault-layer.ts';

/** A block whose write was acknowledged while no other worker could have its batch. */
export type StoredBlock = { runId: string; stageIndex: number; batchIndex: number; attempt: number; sequence: number };

export type BlockWatch = Witness & { of(runId: string): StoredBlock[] };

const keySchema = z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) });
const putSchema = z.object({ Item: keySchema });
const updateSchema = z.object({
  Key: keySchema,
  UpdateExpression: z.string().default(''),
  ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
  ExpressionAttributeValues: z.record(z.string(), z.object({ N: z.string().optional() })).default({}),
});

/**
 * Records every block of samples whose write was acknowledged before a call moved its batch to a later attempt. Later workers
 * must not lose these blocks. Blocks written afterwards need not count.
 */
export function watchBlocks(): BlockWatch {
  const stored: StoredBlock[] = [];
  const newestAttempts = new Map<string, number>();
  return {
    of: (runId) => stored.filter((block) => block.runId === runId),
    called: (operation, body) => {
      if (operation !== 'UpdateItem') return;
      const update = updateSchema.parse(JSON.parse(body));
      const { pk, sk } = update.Key;
      if (!sk.S.startsWith('BATCH#')) return;
      const attempt = attemptSetBy(update);
      const place = describePlace({ pk: pk.S, sk: sk.S });
      if (attempt !== null) newestAttempts.set(place, Math.max(attempt, newestAttempts.get(place) ?? 1));
    },
    answered: (operation, body) => {
      if (operation !== 'PutItem') return;
      const { pk, sk } = putSchema.parse(JSON.parse(body)).Item;
      const [, runId = '', stage, batch] = /^RUN#([^#]+)#B(\d+)#(\d+)$/.exec(pk.S) ?? [];
      const block = sk.S.startsWith(blockPrefix('S')) ? parseBlockSortKey(sk.S) : null;
      if (runId === '' || block === null) return;
      const place = describePlace(batchKey(runId, Number(stage), Number(batch)));
      if (block.attempt < (newestAttempts.get(place) ?? 1)) return;
      stored.push({ runId, stageIndex: Number(stage), batchIndex: Number(batch), ...block });
    },
  };
}

const describePlace = ({ pk, sk }: ItemKey): string => `${pk} ${sk}`;

/** Returns the attempt that an update sets; null if it sets none. */
function attemptSetBy(update: z.infer<typeof updateSchema>): number | null {
  const name = Object.entries(update.ExpressionAttributeNames).find(([, attribute]) => attribute === 'attempt')?.[0];
  if (name === undefined) return null;
  const value = new RegExp(`${name} = (:v\\d+)`).exec(update.UpdateExpression)?.[1];
  const number = value === undefined ? undefined : update.ExpressionAttributeValues[value]?.N;
  return number === undefined ? null : Number(number);
}
