import { parseArgs } from 'node:util';
import { z } from 'zod';

const count = z.coerce.number().int().positive();
const optionsSchema = z.object({
  cases: count.nullable().default(null),
  seed: count.default(1),
  only: z.array(z.string()).default([]),
  python: z.string().default('python3'),
});

export type Options = z.infer<typeof optionsSchema>;

/**
 * Reads the command line: `--cases 25000` (default: about a minute of cases), `--seed 7`, `--only createRun`
 * (repeatable), and `--python PATH`.
 * @throws Error if an option is unknown or invalid
 */
export function readOptions(args: string[]): Options {
  const single = { type: 'string' } as const;
  const options = { cases: single, seed: single, only: { ...single, multiple: true }, python: single } as const;
  return optionsSchema.parse(parseArgs({ args, options }).values);
}
