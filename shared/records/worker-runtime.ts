import { z } from 'zod';

/** With what a worker measured, and where: the same spec may give other numbers elsewhere. */
export const workerRuntimeSchema = z
  .object({
    tokenmeterVersion: z.string(),
    nodeVersion: z.string(),
    platform: z.string().describe('Operating system and architecture, as Node names them'),
    region: z.string().nullable().describe('AWS region of the worker; null on a machine of one’s own'),
  })
  .meta({ id: 'WorkerRuntime', description: 'With what a worker measured, and where' });
export type WorkerRuntime = z.infer<typeof workerRuntimeSchema>;
