import { z } from 'zod';

/* `npm run test:long` sets `LONG=1`: the same tests with more kills, more requests, and larger answers. */

const { LONG } = z.object({ LONG: z.enum(['0', '1']).default('0') }).parse(process.env);

export const isLong = LONG === '1';
