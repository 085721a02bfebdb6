import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { countSchema } from '../../../shared/number-schema.ts';
import { runUsageSchema } from '../../../shared/records/run-usage.ts';
import { priceDateSchema as dateSchema } from '../../../shared/spec/pricing.ts';
import { defineJsonAnswer } from '../http/answers.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';

const dayMs = 86_400_000;
const defaultDays = 30;
const maxDays = 92;

const dayUsageSchema = runUsageSchema
  .omit({ nanoUsd: true })
  .extend({
    date: dateSchema.describe('Day in UTC on which the runs ended'),
    runs: countSchema,
    costUsd: z.number().describe('Cost of the tokens at the prices of the targets, in USD'),
  })
  .meta({ id: 'DayUsage' });

const usageDaysSchema = z.object({ items: z.array(dayUsageSchema) }).meta({ id: 'UsageDays' });

const querySchema = z.strictObject({
  from: dateSchema.optional().describe('First day. Default: 29 days before `to`'),
  to: dateSchema.optional().describe('Last day, at most 92 days from the first one. Default: today'),
});

export const usageDayEndpoints = [
  defineEndpoint({
    operationId: 'listUsageDays',
    method: 'get',
    path: '/v1/usage/days',
    tag: 'Service',
    scope: 'runs:read',
    summary: 'List the usage by day',
    description:
      'Runs that ended on each day in UTC, oldest first, with their requests, billed tokens and cost. Each run counts once, also if it is deleted later. Days without a run are omitted.',
    query: querySchema,
    answers: { 200: defineJsonAnswer('The days with usage', usageDaysSchema) },
    handle: async ({ c, deps, tenantId, query }) => {
      const { from, to } = chooseDays(query, deps.clock.nowMs());
      const days = await deps.dailyUsage.listDays(tenantId, from, to);
      return c.json({ items: days.map(({ nanoUsd, ...day }) => ({ ...day, costUsd: nanoUsd / 1e9 })) }, 200);
    },
  }),
];

function chooseDays(query: z.output<typeof querySchema>, nowMs: number): { from: string; to: string } {
  const format = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);
  const to = query.to ?? format(nowMs);
  const from = query.from ?? format(Date.parse(to) - (defaultDays - 1) * dayMs);
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  if (days >= 1 && days <= maxDays) return { from, to };
  const fault = days < 1 ? 'is after the last day' : `is ${days - 1} days before the last day`;
  const remedy = `Request at most ${maxDays} days, such as ?from=${format(Date.parse(to) - (maxDays - 1) * dayMs)}&to=${to}`;
  throw new AppError('INVALID_REQUEST', 'The period is not valid', { faults: [{ pointer: '?from', fault, remedy }] });
}
