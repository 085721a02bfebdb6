import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { llmperfFormats } from '../../../functions/api/reports/export-llmperf.ts';
import { reportFormats } from '../../../shared/report/render/registry.ts';
import type { ServiceProcess } from '../../support/service/service-process.ts';

export type Seen = { what: string; bytes: Buffer };
export type Sent = { body?: unknown; raw?: string; headers?: Record<string, string> };
type Received = { status: number; head: string; bytes: Buffer };
export type Surface = ReturnType<typeof createSurface>;

const pageSchema = z.object({ items: z.array(z.record(z.string(), z.unknown())) });
const lists = [
  'runs',
  'credentials',
  'api-keys',
  'webhook-endpoints',
  'schedules',
  'datasets',
  'price-book',
  'audit-events',
  'deliveries',
  'usage/days',
];
const endings = Object.values({ ...reportFormats, ...llmperfFormats }).map(({ ending }) => ending);

/** Sends requests to a service, and keeps everything that it responds. */
export function createSurface(service: Pick<ServiceProcess, 'url' | 'apiKey'>) {
  const answers: Seen[] = [];

  /** Sends a request. A response that must contain a secret is not kept. */
  const call = async (method: string, path: string, { body, raw, headers = {} }: Sent = {}): Promise<Received> => {
    const content = raw ?? (body === undefined ? null : JSON.stringify(body));
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${service.apiKey}`,
        ...(content === null ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: content,
    });
    // A busy machine may answer so. A client waits and tries again.
    if (response.status === 503) {
      await delay(500);
      return call(method, path, { headers, ...(raw === undefined ? { body } : { raw }) });
    }
    const head = JSON.stringify([...response.headers]);
    return { status: response.status, head, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  const ask = async (method: string, path: string, sent: Sent = {}) => {
    const { status, head, bytes } = await call(method, path, sent);
    answers.push(
      { what: `${method} ${path} ${status}`, bytes },
      { what: `${method} ${path}`, bytes: Buffer.from(head) },
    );
    return { status, text: bytes.toString('utf8') };
  };

  const readList = async (path: string) => {
    const { text } = await ask('GET', path);
    return pageSchema.parse(JSON.parse(text)).items;
  };

  return {
    answers,
    call,
    ask,
    /** Reads every resource in every format. */
    readEverything: async (): Promise<void> => {
      for (const list of lists) await readList(`/v1/${list}`);
      for (const { runId } of await readList('/v1/runs?limit=100')) {
        for (const part of [
          '',
          '/events',
          '/manifest',
          '/charts/ttft.svg',
          '/samples.ndjson',
          '/samples.csv',
          '/samples.json',
        ])
          await ask('GET', `/v1/runs/${runId}${part}`);
        for (const { exchangeId } of await readList(`/v1/runs/${runId}/exchanges`))
          await ask('GET', `/v1/runs/${runId}/exchanges/${exchangeId}`);
        for (const ending of endings) await ask('GET', `/v1/runs/${runId}/report${ending}`);
      }
      for (const { webhookEndpointId } of await readList('/v1/webhook-endpoints?limit=100'))
        await readList(`/v1/webhook-endpoints/${webhookEndpointId}/deliveries`);
    },
  };
}
