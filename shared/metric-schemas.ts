import { z } from 'zod';
import { statisticNames } from './metric-names.ts';

/** A statistic of a request metric. */
export const statisticSchema = z.enum(statisticNames).meta({ id: 'RequestAssertionStatistic' });
export const comparisonOpSchema = z.enum(['<', '<=', '>', '>=']).meta({ id: 'StageAssertionOp' });
