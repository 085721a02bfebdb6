import { z } from 'zod';
import type { Health } from '../../../shared/usecases/check-health.ts';

const part = z.enum(['ok', 'failing']);
const queuePart = z.enum(['ok', 'failing', 'unchecked']);

export const healthSchema: z.ZodType<Health> = z
  .object({ status: part, table: part, queues: queuePart })
  .meta({ id: 'Health' });
