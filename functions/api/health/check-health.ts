import { z } from 'zod';
import type { Deps } from '../../../shared/ports.ts';

const part = z.enum(['ok', 'failing']);

export const healthSchema = z.object({ status: part, table: part, queues: part }).meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;

/** An id without a run. Reading it costs half a read unit. */
const nobody = `run_${'0'.repeat(26)}`;

/** Checks whether the table and the queues respond. The reason for a failure is only in the log. */
export async function checkHealth(deps: Pick<Deps, 'runs' | 'queue' | 'logger'>): Promise<Health> {
  const { queue } = deps;
  const [table, queues] = await Promise.all([
    probe(deps, 'table', () => deps.runs.get(nobody)),
    probe(deps, 'queues', queue.check),
  ]);
  return { status: table === 'ok' && queues === 'ok' ? 'ok' : 'failing', table, queues };
}

async function probe(deps: Pick<Deps, 'logger'>, part: string, ask: () => Promise<unknown>): Promise<Health['status']> {
  try {
    await ask();
    return 'ok';
  } catch (error) {
    deps.logger.error('health check failed', { part, error });
    return 'failing';
  }
}
