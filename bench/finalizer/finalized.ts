import { z } from 'zod';

/** What finalizing a run once has taken. */
export const finalizedSchema = z.object({
  tookMs: z.number(),
  cpuMs: z.number(),
  maxRssBytes: z.number(),
  /** From the table, as the finalizer asked for them. */
  items: z.number(),
  bytes: z.number(),
  /** In which it had nothing to do until the table answered; reads go on beside the work on earlier ones. */
  waitMs: z.number(),
  reportBytes: z.number(),
  sha256: z.string(),
});
export type Finalized = z.infer<typeof finalizedSchema>;
