import { parentPort, workerData } from 'node:worker_threads';
import packageJson from '../../../package.json' with { type: 'json' };
import type { OpenSocketOptions } from '../../egress/open-socket.ts';
import { ownServers } from '../../egress/own-servers.ts';
import { describeForNote } from '../../egress/proxy-route.ts';
import type { Reads } from '../../protocols/framing/decode-events.ts';
import { loadDialect } from '../../protocols/load-dialect.ts';
import { dialect as openaiChat } from '../../protocols/openai-chat/dialect.ts';
import type { Endpoint, Exchange } from '../instrument.ts';
import { warmReference } from './calibrate.ts';
import { ConnectionPool } from './connection-pool.ts';
import { createMarkerSearch } from './find-answer-end.ts';
import { buildRequestHead } from './http/build-request-head.ts';
import type { FromThread, ThreadOptions, ToThread } from './messages.ts';
import { followRedirects } from './redirects.ts';
import type { RequestDeps } from './request-deps.ts';
import { type PhaseReport, type RunningPhase, runPhase } from './run-phase.ts';
import { createThreadClock, measureMonotonicOffsetMs } from './thread-clock.ts';
import { settleHeap, warmCode } from './warm-code.ts';

/* The entry module of the measuring thread. This worker thread runs only sockets, the load generator and the clock. */

const maxConnectTimeoutMs = 10_000;
const port = parentPort;
if (port === null)
  throw new Error('Do not run measuring-thread.ts directly. Open an instrument session, which starts it');
// `workerData` is not validated, because only `openSession` sets it.
const options = workerData as ThreadOptions;
const post = (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

const originMs = performance.now();
const url = new URL(options.endpoint.url);
const { requestTimeoutMs } = options.timeouts;
const dialect = await loadDialect(options.endpoint.protocol);
const { proxy = null } = options.endpoint;
const socketOptions = {
  egress: options.egress,
  timeoutMs: Math.min(maxConnectTimeoutMs, requestTimeoutMs),
  ...listTlsOptions(options),
  ...listProtocols(options.endpoint, url),
};
const deps: RequestDeps = {
  pool: new ConnectionPool(new URL(url.origin), socketOptions, proxy),
  clock: createThreadClock(originMs),
  originMs,
  dialect,
  hasMarker: createMarkerSearch(dialect),
  head: buildHead(url),
  redirects: options.endpoint.followsRedirects === true ? followRedirects(url, buildHead) : null,
  proxyNote: proxy === null ? null : describeForNote(proxy),
  notesVersion: options.endpoint.httpVersion === 'auto',
  connection: options.endpoint.connection,
  timeouts: options.timeouts,
  maxResponseBytes: options.maxResponseBytes,
  keepsWire: options.keepsWire,
};
const report: PhaseReport = {
  onNews: (news) =>
    post({ kind: 'news', ...news }, [
      ...[...news.parts, ...news.exchanges, ...news.references].flatMap(listBuffers),
      ...news.exchanges.flatMap(listWireBuffers),
    ]),
  onDone: (note) => {
    phase = null;
    post({ kind: 'done', note });
  },
};
let phase: RunningPhase | null = null;
let reference: RequestDeps | null = null;

/** Lists the buffers that are transferred to the main thread without a copy. No other exchange uses these buffers. */
function listBuffers({ readsAtMs, readEnds, bytes }: Reads): ArrayBuffer[] {
  return [readsAtMs.buffer, readEnds.buffer, bytes.buffer].filter((buffer) => buffer instanceof ArrayBuffer);
}

function listWireBuffers({ wire }: Exchange): ArrayBuffer[] {
  if (wire === undefined) return [];
  const body = wire.requestBody.buffer;
  return body instanceof ArrayBuffer ? [...listBuffers(wire.response), body] : listBuffers(wire.response);
}

/** Creates the client for the reference server. Its pool is separate, because egress rules may forbid loopback. */
function createReferenceDeps(port: number): RequestDeps {
  const origin = new URL(`http://127.0.0.1:${port}`);
  const pool = new ConnectionPool(origin, { egress: ownServers, timeoutMs: 1_000 });
  const head = buildRequestHead(origin, {}, 'reuse');
  const timeouts = { requestTimeoutMs: 60_000, firstTokenTimeoutMs: null, stallTimeoutMs: 60_000 };
  const hasMarker = createMarkerSearch(openaiChat);
  return {
    ...deps,
    keepsWire: false,
    proxyNote: null,
    notesVersion: false,
    redirects: null,
    dialect: openaiChat,
    hasMarker,
    head,
    connection: 'reuse',
    pool,
    timeouts,
  };
}

function receive(message: ToThread): void {
  if (message.kind === 'run') phase = runPhase({ ...deps, reference }, message.order, report);
  else if (message.kind === 'reference') {
    reference = createReferenceDeps(message.port);
    warmReference(reference);
  } else if (message.kind === 'requests') phase?.push(message.requests);
  else if (message.kind === 'headers') phase?.setHeaders(message.index, message.headers);
  else if (message.kind === 'read') phase?.addRead(message.bytes);
  else if (message.kind === 'close') close();
  else phase?.[message.kind]();
}

function close(): void {
  phase?.abort();
  deps.pool.destroy();
  reference?.pool.destroy();
  port?.close();
}

/** Lists the versions of HTTP to offer. Without TLS, only a target that requires HTTP/2 gets it. */
function listProtocols({ httpVersion = '1.1' }: Endpoint, { protocol }: URL): Pick<OpenSocketOptions, 'protocols'> {
  // A proxy that forwards requests speaks HTTP/1.1.
  if (protocol === 'http:' && proxy?.kind === 'http') return {};
  if (httpVersion === '2') return { protocols: ['h2'] };
  return httpVersion === 'auto' && protocol === 'https:' ? { protocols: ['h2', 'http/1.1'] } : {};
}

function listTlsOptions({ ca, endpoint: { tls } }: ThreadOptions): Pick<OpenSocketOptions, 'ca' | 'certificate'> {
  const trusted = [ca, tls?.ca ?? null].filter((text) => text !== null);
  const { certificate = null, key = null } = tls ?? {};
  return {
    ...(trusted.length === 0 ? {} : { ca: trusted.join('\n') }),
    ...(certificate === null || key === null ? {} : { certificate: { cert: certificate, key } }),
  };
}

/** Builds the head of requests to a URL of the endpoint's origin. */
function buildHead(to: URL): string {
  const forwarder = proxy?.kind === 'http' && to.protocol === 'http:' ? proxy : null;
  return buildRequestHead(to, buildHeaders(options.endpoint), options.endpoint.connection, forwarder);
}

/** Builds the headers of each request. A target replaces only the user agent; the other headers come last. */
function buildHeaders(endpoint: Endpoint): Record<string, string> {
  const given = Object.entries(endpoint.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    'user-agent': `tokenmeter/${packageJson.version}`,
    ...Object.fromEntries(given),
    'content-type': 'application/json',
    accept: dialect.mediaType,
    // Compression would delay the events and group several of them into one read.
    'accept-encoding': 'identity',
  };
}

await warmCode(deps);
settleHeap();
port.on('message', receive);
// Sets a new origin for each session, before the wall clock and the monotonic clock can drift apart.
post({
  kind: 'opened',
  originWallMs: performance.timeOrigin + originMs,
  originMonotonicMs: originMs + measureMonotonicOffsetMs(),
});
