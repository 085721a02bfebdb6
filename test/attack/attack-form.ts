import { z } from 'zod';

/* `ATTACK=short` runs the form of CI. */

const environmentSchema = z.object({
  ATTACK: z.enum(['short', 'full']).default('full'),
});
const { ATTACK } = environmentSchema.parse(process.env);

export const isShort = ATTACK === 'short';
