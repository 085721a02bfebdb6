import { blogLoad, concurrency } from './concurrency/concurrency.ts';
import { rate } from './rate/rate.ts';
import { rounds } from './rounds/rounds.ts';
import { sweep } from './sweep/sweep.ts';
import { trace } from './trace/trace.ts';

/** All load modes, in the order of the documentation. */
export const loadModes = [concurrency, rounds, rate, sweep, trace] as const;

export const defaultLoad = blogLoad;
