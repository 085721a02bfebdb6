import { z } from 'zod';
import { type Fault, findFault } from '../../../errors/app-error.ts';
import { arrivalFields, checkBurstiness, describeArrivals, readArrivals } from '../../parts/arrivals.ts';
import { commonFields, durationMsField, requestsField } from '../../parts/load-fields.ts';
import { loadValueSchema, type Search, searchSchema } from '../../parts/search-schema.ts';
import type { ConcurrencyStage } from '../concurrency/concurrency.ts';
import type { LoadContext, LoadMode, Width } from '../load-mode.ts';
import { boundFields, buildRateStage, type RateStage } from '../rate/rate-stage.ts';

const sweepLoadSchema = z.strictObject({
  mode: z.literal('sweep'),
  over: z.enum(['concurrency', 'rate']).default('concurrency').describe('Streams, or requests per second'),
  values: z.array(loadValueSchema).min(1).max(50).optional().describe('The levels, in this order; or give a search'),
  search: searchSchema.optional().describe('Each level is decided by what the ones before it gave; or give values'),
  requests: requestsField.describe('Of each level'),
  requestsPerLoad: z
    .number()
    .positive()
    .max(100_000)
    .optional()
    .describe('A level of load L has L times as many requests, where that is more'),
  durationMs: durationMsField,
  ...arrivalFields,
  ...boundFields,
  ...commonFields,
});
type SweepLoad = z.infer<typeof sweepLoadSchema>;

/** Levels that differ in one number, given or searched for. */
export const sweep: LoadMode<typeof sweepLoadSchema, ConcurrencyStage | RateStage> = {
  schema: sweepLoadSchema,
  check: (load, { order }) => [...checkBurstiness(load), ...checkSweep(load, order)],
  listLevels: (load) => (load.values ?? []).map((value) => buildLevel(load, value)),
  listWidths,
  pointToRequests: () => '/load/requests',
  followsAnswers: ({ over }) => over === 'concurrency',
  describe: (load) => (load.over === 'rate' ? `sweep of rates, ${describeArrivals(load)}` : 'sweep of closed loops'),
  findSweep: (load) => ({
    over: load.over,
    search: load.search ?? null,
    buildLevel: (value) => buildLevel(load, value),
  }),
};

function buildLevel(load: SweepLoad, value: number): ConcurrencyStage | RateStage {
  const { requests: least, requestsPerLoad = 0, durationMs, stopWhen = null } = load;
  const requests = Math.max(least, Math.ceil(requestsPerLoad * value));
  if (load.over === 'rate')
    return buildRateStage(load, readArrivals(load), { requestsPerSecond: value, requests, durationMs });
  return { mode: 'concurrency', concurrency: value, requests, durationMs: durationMs ?? null, rampMs: 0, stopWhen };
}

function listWidths(load: SweepLoad): Width[] {
  const { over, search, values = [], maxConcurrency } = load;
  if (over === 'rate') return [{ pointer: '/load/maxConcurrency', streams: maxConcurrency, requests: null }];
  const asked: [string, number][] =
    search === undefined
      ? values.map((value, index) => [`/load/values/${index}`, value])
      : [['/load/search/max', search.max]];
  return asked.map(([pointer, streams]) => ({ pointer, streams, requests: buildLevel(load, streams).requests }));
}

/** Returns what a sweep must not say together. */
function checkSweep({ over, values, search }: SweepLoad, order: LoadContext['order']): Fault[] {
  const whole: [string, number][] = (values ?? []).map((value, index) => [`/load/values/${index}`, value]);
  if (search !== undefined) whole.push(['/load/search/min', search.min], ['/load/search/max', search.max]);
  return [
    ...findFault((values === undefined) === (search === undefined), {
      pointer: '/load',
      fault: values === undefined ? 'has neither values nor search' : 'has both values and search',
      remedy: 'Give exactly one: {"values": [1, 2, 4, 8]} or {"search": {"find": "knee", "max": 64}}',
    }),
    ...whole.flatMap(([pointer, value]) =>
      findFault(over !== 'rate' && !Number.isInteger(value), {
        pointer,
        fault: `is ${value}, and streams are whole`,
        remedy: `Give a whole number, such as ${Math.max(1, Math.round(value))}, or set over to rate`,
      }),
    ),
    ...(search === undefined ? [] : checkSearch(search, order)),
  ];
}

function checkSearch({ min, max }: Search, order: LoadContext['order']): Fault[] {
  return [
    ...findFault(min > max, {
      pointer: '/load/search/min',
      fault: `is above max, ${max}`,
      remedy: `Give a min of at most ${max}, or a larger max`,
    }),
    // Targets turn at different loads: side by side they would not be under the same load.
    ...findFault(order !== 'sequential', {
      pointer: '/order',
      fault: 'is interleaved, and a search takes each target to loads of its own',
      remedy: 'Set order to sequential, or give the levels as values in place of a search',
    }),
  ];
}
