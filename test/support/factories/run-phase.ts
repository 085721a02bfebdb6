import { ownServers } from '../../../shared/egress/own-servers.ts';
import { createInstrument, type InstrumentOptions } from '../../../shared/measure/create-instrument.ts';
import type {
  Endpoint,
  Exchange,
  InstrumentSession,
  Phase,
  PhaseHandle,
  PreparedRequest,
  Timeouts,
} from '../../../shared/measure/instrument.ts';
import type { Interpretation } from '../../../shared/measure/interpret-exchange.ts';
import { getDialect } from './get-dialect.ts';
import { interpretExchange } from './make-exchange.ts';

export type SessionSet = Partial<Timeouts> &
  Partial<Omit<InstrumentOptions, 'threadEntry' | 'referenceEntry'>> & {
    /** Whether a reference server calibrates the session. Default: false, because few tests look at the calibration. */
    hasReference?: boolean;
    connection?: Endpoint['connection'];
    headers?: Record<string, string>;
    tls?: NonNullable<Endpoint['tls']>;
    proxy?: NonNullable<Endpoint['proxy']>;
    followsRedirects?: boolean;
    httpVersion?: NonNullable<Endpoint['httpVersion']>;
  };

/** Opens a loopback session with timeouts that healthy tests never reach. */
export function openTestSession(url: string, set: SessionSet = {}): Promise<InstrumentSession> {
  const {
    egress = ownServers,
    connection = 'reuse',
    headers = {},
    maxResponseBytes,
    ca,
    tls,
    proxy,
    followsRedirects = false,
    httpVersion = '1.1',
    hasReference = false,
  } = set;
  const { requestTimeoutMs = 20_000, firstTokenTimeoutMs = null, stallTimeoutMs = 20_000 } = set;
  const instrument = createInstrument({
    egress,
    ...(hasReference ? {} : { referenceEntry: null }),
    ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }),
    ...(ca === undefined ? {} : { ca }),
  });
  const endpoint: Endpoint = {
    ...{
      protocol: 'openai-chat',
      url: `${url}/v1/chat/completions`,
      headers,
      connection,
      followsRedirects,
      httpVersion,
    },
    ...(tls === undefined ? {} : { tls }),
    ...(proxy === undefined ? {} : { proxy }),
  };
  return instrument.openSession(endpoint, { requestTimeoutMs, firstTokenTimeoutMs, stallTimeoutMs });
}

export async function* prepared(count: number, body = '{}'): AsyncGenerator<PreparedRequest> {
  for (let index = 0; index < count; index++) yield { index, body: new TextEncoder().encode(body) };
}

export function startPhase(
  session: InstrumentSession,
  count: number,
  load: Phase['load'],
  set: Partial<Phase> = {},
): PhaseHandle & { exchanges: Exchange[] } {
  const exchanges: Exchange[] = [];
  const phase: Phase = { load, count, requests: prepared(count), startAtMs: null, lastStartAtMs: null, ...set };
  const handle = session.run(phase, (exchange) => exchanges.push(exchange));
  return { ...handle, exchanges };
}

export function interpretAll(exchanges: readonly Exchange[]): (Interpretation & { index: number })[] {
  return exchanges
    .map((exchange) => ({
      index: exchange.index,
      ...interpretExchange(exchange, getDialect('openai-chat'), { secrets: [] }),
    }))
    .sort((a, b) => a.index - b.index);
}

export function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

/** Runs a whole phase in a new session. */
export async function measure(url: string, count: number, load: Phase['load'], set: SessionSet & Partial<Phase> = {}) {
  const session = await openTestSession(url, set);
  try {
    const { requests = prepared(count), startAtMs = null, lastStartAtMs = null } = set;
    const phase = startPhase(session, count, load, { requests, startAtMs, lastStartAtMs });
    const note = await phase.done;
    const { exchanges } = phase;
    return { note, exchanges, read: interpretAll(exchanges), progress: phase.progress(), session };
  } finally {
    await session.close();
  }
}
