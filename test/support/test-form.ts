import { z } from 'zod';

/* `npm run test:long` sets `LONG=1`: the same tests with more kills, more requests, and larger answers. */

const { LONG } = z.object({ LONG: z.enum(['0', '1']).default('0') }).parse(process.env);

export const isLong = LONG === '1';

/** Returns how many cases a slow property tries: all in the long form, and a quarter of them in `npm test`. */
export const countCases = (all: number) => (isLong ? all : Math.ceil(all / 4));
