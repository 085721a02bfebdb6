import { z } from 'zod';

/* `ATTACK=short` runs the form of CI, and `FAULTS=20` sets the number of random faults. */

const environmentSchema = z.object({
  ATTACK: z.enum(['short', 'full']).default('full'),
  FAULTS: z.coerce.number().int().min(1).max(10_000).optional(),
});
const { ATTACK, FAULTS } = environmentSchema.parse(process.env);

/** The variables that were set, as a shell writes them before a command. */
export const givenSettings = Object.keys(environmentSchema.shape)
  .filter((name) => process.env[name] !== undefined)
  .map((name) => `${name}=${process.env[name]} `)
  .join('');

export const isShort = ATTACK === 'short';
export const faultCount = FAULTS ?? (isShort ? 8 : 200);
