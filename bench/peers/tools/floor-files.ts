import { z } from 'zod';

/* What the floor is given, and what it leaves. */

export type FloorRequest = { /** Of the prompt. */ number: number; body: string };

export type FloorSettings = {
  port: number;
  concurrency: number;
  warmup: FloorRequest[];
  measured: FloorRequest[];
};

export const floorResultSchema = z.object({
  records: z.array(
    z.object({ promptNumber: z.number(), ttftMs: z.number(), tpotMs: z.number().nullable(), e2eMs: z.number() }),
  ),
  /** Of the process, from the first write to the end of the last answer. */
  cpuSeconds: z.number(),
});
export type FloorResult = z.infer<typeof floorResultSchema>;
