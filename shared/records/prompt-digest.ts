import { z } from 'zod';

/** What proves that two runs asked the same: a digest over the first prompts. */
export const promptDigestSchema = z
  .object({
    count: z.number().int().min(1).describe('How many prompts, from the first measured one on'),
    sha256: z
      .string()
      .describe('Of their messages and output limits, each as canonical JSON (RFC 8785) and a line feed'),
  })
  .meta({ id: 'PromptDigest', description: 'Two runs of the same digest asked the same, byte for byte' });
export type PromptDigest = z.infer<typeof promptDigestSchema>;
