import { z } from 'zod';
import type { Resource } from '../synthesize.ts';
import { evaluateExpression, type Value } from './evaluate-expression.ts';

/** Raw values of metrics, by their description and the minute of their report. */
export type Datapoints = Map<string, Map<number, number[]>>;

const dimensionsSchema = z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]);
const metricSchema = z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionsSchema });
const querySchema = z.object({
  Id: z.string(),
  Expression: z.string().optional(),
  MetricStat: z.object({ Metric: metricSchema, Period: z.number(), Stat: z.string() }).optional(),
  ReturnData: z.boolean().default(true),
  Period: z.number().optional(),
});
const alarmSchema = z.object({
  AlarmName: z.string(),
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: dimensionsSchema,
  Statistic: z.string().optional(),
  ExtendedStatistic: z.string().optional(),
  Period: z.number().optional(),
  Metrics: z.array(querySchema).optional(),
  Threshold: z.number(),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number().optional(),
  ComparisonOperator: z.enum(['GreaterThanOrEqualToThreshold', 'LessThanThreshold']),
  TreatMissingData: z.enum(['breaching', 'notBreaching']),
});
type AlarmProperties = z.infer<typeof alarmSchema>;
type Query = z.infer<typeof querySchema>;

const nameProperties = ['FunctionName', 'QueueName', 'TableName', 'Name'];

/** Describes a metric, such as `AWS/SQS NumberOfMessagesReceived QueueName=tokenmeter-test-batch`. */
function describeMetric(metric: z.infer<typeof metricSchema>, resources: Record<string, Resource>): string {
  const dimensions = metric.Dimensions.map(({ Name, Value: value }) => `${Name}=${resolveName(value, resources)}`);
  return [metric.Namespace, metric.MetricName, ...dimensions.toSorted()].join(' ');
}

/** Resolves a reference to a resource of the template to the name of the resource. */
function resolveName(value: unknown, resources: Record<string, Resource>): string {
  if (typeof value === 'string') return value;
  const reference = z.union([
    z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
    z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).transform(({ 'Fn::GetAtt': [id] }) => id),
  ]);
  const properties = resources[reference.parse(value)]?.Properties ?? {};
  const name = nameProperties.map((property) => properties[property]).find((each) => typeof each === 'string');
  if (name === undefined) throw new Error(`The template has no name for ${JSON.stringify(value)}`);
  return String(name);
}

/** Returns whether the alarm of a template is in the state ALARM at the end of each of its periods. */
export function simulateAlarm(
  properties: Record<string, unknown>,
  resources: Record<string, Resource>,
  datapoints: Datapoints,
  minutes: number,
): { states: boolean[]; metrics: string[] } {
  const alarm = alarmSchema.parse(properties);
  const queries = alarm.Metrics ?? [toQuery(alarm)];
  const periodMinutes = Math.max(...queries.map((query) => query.MetricStat?.Period ?? query.Period ?? 60)) / 60;
  const metrics = queries.flatMap(({ MetricStat }) =>
    MetricStat === undefined ? [] : [describeMetric(MetricStat.Metric, resources)],
  );
  const breaches: boolean[] = [];
  for (let minute = 0; minute + periodMinutes <= minutes; minute += periodMinutes) {
    const read = (id: string): Value => {
      const query = queries.find(({ Id }) => Id === id);
      if (query?.Expression !== undefined) return evaluateExpression(query.Expression, read);
      if (query?.MetricStat === undefined) throw new Error(`The alarm ${alarm.AlarmName} has no metric ${id}`);
      const byMinute = datapoints.get(describeMetric(query.MetricStat.Metric, resources)) ?? new Map();
      const values = Array.from({ length: periodMinutes }, (_, k) => byMinute.get(minute + k) ?? []).flat();
      return aggregate(values, query.MetricStat.Stat);
    };
    const returned = queries.filter(({ ReturnData }) => ReturnData);
    if (returned.length !== 1) throw new Error(`The alarm ${alarm.AlarmName} must return one metric`);
    breaches.push(isBreaching(read(returned[0]?.Id ?? ''), alarm));
  }
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = alarm;
  const states = breaches.map((_, end) => {
    const recent = breaches.slice(Math.max(0, end + 1 - EvaluationPeriods), end + 1);
    return recent.filter((breach) => breach).length >= DatapointsToAlarm;
  });
  return { states, metrics };
}

function toQuery(alarm: AlarmProperties): Query {
  const { Namespace = '', MetricName = '', Dimensions, Statistic, ExtendedStatistic, Period = 0 } = alarm;
  const Stat = Statistic ?? ExtendedStatistic ?? '';
  return { Id: 'own', ReturnData: true, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat } };
}

function aggregate(values: number[], statistic: string): Value {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  if (statistic === 'Sum') return values.reduce((sum, value) => sum + value, 0);
  if (statistic === 'Maximum') return sorted.at(-1) ?? null;
  if (statistic === 'Minimum') return sorted[0] ?? null;
  if (statistic === 'p95') return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? null;
  throw new Error(`Unsupported statistic: ${statistic}`);
}

function isBreaching(value: Value, { Threshold, ComparisonOperator, TreatMissingData }: AlarmProperties): boolean {
  if (value === null) return TreatMissingData === 'breaching';
  return ComparisonOperator === 'LessThanThreshold' ? value < Threshold : value >= Threshold;
}
