import { z } from 'zod';
import { type Fault, findFault } from '../../../errors/app-error.ts';
import { arrivalFields, checkBurstiness, describeArrivals, readArrivals } from '../../parts/arrivals.ts';
import { commonFields, durationMsField, requestsField } from '../../parts/load-fields.ts';
import { loadValueSchema, type Search, searchSchema } from '../../parts/search-schema.ts';
import { sizeKneeLevel } from '../../parts/size-level.ts';
import type { ConcurrencyStage } from '../concurrency/concurrency.ts';
import type { LoadContext, LoadMode, Width } from '../load-mode.ts';
import { boundFields, buildRateStage, listBound, type RateStage } from '../rate/rate.ts';

export const sweepOverSchema = z.enum(['concurrency', 'rate']).meta({ id: 'SweepLoadOver' });

const sweepLoadSchema = z.strictObject({
  mode: z.literal('sweep'),
  over: sweepOverSchema
    .default('concurrency')
    .describe('What the levels vary: concurrent streams, or requests per second'),
  values: z.array(loadValueSchema).min(1).max(50).optional().describe('Levels in order. Alternative: search'),
  search: searchSchema
    .optional()
    .describe('Search that derives each level from the results of the previous ones. Alternative: values'),
  requests: requestsField.describe(
    'Number of requests of each level. For the levels of a search for the knee, the minimum: it adds requests until the throughput is precise',
  ),
  requestsPerLoad: z
    .number()
    .positive()
    .max(100_000)
    .optional()
    .describe('Number of requests per unit of load. A level of load L has at least L times this number'),
  durationMs: durationMsField,
  ...arrivalFields,
  ...boundFields,
  ...commonFields,
});
type SweepLoad = z.infer<typeof sweepLoadSchema>;

/** Load levels that differ in one number. The spec lists the levels, or a search chooses them. */
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
    buildLevel: (value, isSized) => buildLevel(load, value, isSized),
  }),
};

function buildLevel(load: SweepLoad, value: number, isSized = true): ConcurrencyStage | RateStage {
  const { requests: least, requestsPerLoad = 0, durationMs } = load;
  const asked = Math.max(least, Math.ceil(requestsPerLoad * value));
  const isKnee = isSized && load.search?.find === 'knee';
  const size = isKnee ? sizeKneeLevel(load.over, value, asked) : { requests: asked, stopWhen: null };
  const { requests } = size;
  if (load.over === 'rate')
    return buildRateStage(load, readArrivals(load), { requestsPerSecond: value, requests, durationMs });
  const stopWhen = load.stopWhen ?? size.stopWhen;
  return { mode: 'concurrency', concurrency: value, requests, durationMs: durationMs ?? null, rampMs: 0, stopWhen };
}

function listWidths(load: SweepLoad): Width[] {
  const { over, search, values = [] } = load;
  if (over === 'rate') return listBound(load);
  const widths: [string, number][] =
    search === undefined
      ? values.map((value, index) => [`/load/values/${index}`, value])
      : [['/load/search/max', search.max]];
  return widths.map(([pointer, streams]) => ({ pointer, streams, requests: buildLevel(load, streams).requests }));
}

function checkSweep({ over, values, search }: SweepLoad, order: LoadContext['order']): Fault[] {
  const whole: [string, number][] = (values ?? []).map((value, index) => [`/load/values/${index}`, value]);
  if (search !== undefined) whole.push(['/load/search/min', search.min], ['/load/search/max', search.max]);
  return [
    ...findFault((values === undefined) === (search === undefined), {
      pointer: '/load',
      fault: values === undefined ? 'has neither values nor search' : 'has both values and search',
      remedy:
        'Set either values or search, not both: {"values": [1, 2, 4, 8]} or {"search": {"find": "knee", "max": 64}}',
    }),
    ...whole.flatMap(([pointer, value]) =>
      findFault(over !== 'rate' && !Number.isInteger(value), {
        pointer,
        fault: `is ${value}, but the number of streams must be a whole number`,
        remedy: `Use a whole number, such as ${Math.max(1, Math.round(value))}, or set "over" to "rate"`,
      }),
    ),
    ...(search === undefined ? [] : checkSearch(search, order)),
  ];
}

function checkSearch({ min, max }: Search, order: LoadContext['order']): Fault[] {
  return [
    ...findFault(min > max, {
      pointer: '/load/search/min',
      fault: `is greater than max (${max})`,
      remedy: 'Decrease min or increase max',
    }),
    // A search chooses different loads for each target, so targets cannot be measured at the same load and time.
    ...findFault(order !== 'sequential', {
      pointer: '/order',
      fault: 'is "interleaved", but a search uses different load levels for each target',
      remedy: 'Set order to sequential, or use values instead of search',
    }),
  ];
}
