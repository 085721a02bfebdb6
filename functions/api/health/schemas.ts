import { z } from 'zod';

const part = z.enum(['ok', 'failing']);

export const healthSchema = z.object({ status: part, table: part, queues: part }).meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;
