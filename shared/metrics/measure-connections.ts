import { z } from 'zod';
import type { Sample } from '../sample/sample.ts';
import { computeStatistics, statisticsSchema } from './metric-value.ts';

const count = z.number().int().min(0);

export const connectionMetricsSchema = z
  .object({
    reused: count.describe('Issued requests on a connection that was already open'),
    fresh: count.describe('Issued requests that opened a connection; latencies exclude the time to open it'),
    unknown: count,
    dnsMs: statisticsSchema,
    connectMs: statisticsSchema,
    tlsMs: statisticsSchema,
  })
  .meta({ id: 'ConnectionMetrics', description: 'Connections of the measured requests, and the time to open one' });
export type ConnectionMetrics = z.infer<typeof connectionMetricsSchema>;

export function measureConnections(samples: readonly Sample[]): ConnectionMetrics {
  const issued = samples.filter(({ outcome }) => outcome !== 'not_sent');
  const opened = issued.flatMap(({ connection }) => (connection !== null && !connection.reused ? [connection] : []));
  const unknown = issued.filter(({ connection }) => connection === null).length;
  const phase = (name: 'dnsMs' | 'connectMs' | 'tlsMs') =>
    computeStatistics(
      opened.flatMap((connection) => connection[name] ?? []),
      'no measured request had this phase',
    );
  return {
    reused: issued.length - opened.length - unknown,
    fresh: opened.length,
    unknown,
    dnsMs: phase('dnsMs'),
    connectMs: phase('connectMs'),
    tlsMs: phase('tlsMs'),
  };
}
