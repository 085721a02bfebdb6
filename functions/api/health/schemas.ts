import { z } from 'zod';
import type { Health } from './check-health.ts';

const part = z.enum(['ok', 'failing']);

export const healthSchema: z.ZodType<Health> = z
  .object({ status: part, table: part, queues: part })
  .meta({ id: 'Health' });
