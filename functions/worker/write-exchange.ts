import { isUtf8 } from 'node:buffer';
import { AnswerReading } from '../../shared/measure/answer-reading.ts';
import type { Exchange, ExchangeWire } from '../../shared/measure/instrument.ts';
import { type Interpretation, interpretInSteps } from '../../shared/measure/interpret-exchange.ts';
import { createAnswerLimits } from '../../shared/measure/read-answer.ts';
import { readBody } from '../../shared/measure/read-body.ts';
import type { Dialect } from '../../shared/protocols/dialect.ts';
import { formatInstant } from '../../shared/records/format-instant.ts';
import type { ExchangeReason, RecordedExchange } from '../../shared/records/recorded-exchange.ts';
import { defaultMaxResponseBytes } from '../../shared/response-limit.ts';
import { hasSecret, maskBytes } from '../../shared/secrets/mask-bytes.ts';
import type { Target } from '../../shared/spec/target.ts';
import type { Steps } from '../../shared/time-slices.ts';
import { tokenmeterVersion } from '../../shared/version.ts';
import { hasSplitSecret } from './find-split-secret.ts';
import { type ExchangeSecrets, maskHeaders, type SplitResponse, splitResponse } from './split-response.ts';

/** What is known of the target of an exchange. */
export type ExchangeContext = ExchangeSecrets & {
  target: Pick<Target, 'id' | 'protocol'>;
  dialect: Dialect;
};

/** What was read of an exchange, from its sample or its interpretation. */
export type ExchangeReading = Pick<
  Interpretation,
  'outcome' | 'error' | 'notes' | 'firstOutputMs' | 'lastOutputMs' | 'outputEvents'
> & { outputText: string };

/** Maximum size in bytes of a recorded request body, so that an exchange fits into a response of the API. */
const maxRequestBytes = 1_048_576;

/** Writes a recorded exchange without secrets. */
export function* writeExchange(
  exchange: Exchange,
  read: ExchangeReading,
  context: ExchangeContext,
  { exchangeId, reasons, startedAtMs }: { exchangeId: string; reasons: ExchangeReason[]; startedAtMs: number },
): Steps<RecordedExchange> {
  const { startMs, wire } = exchange;
  const since = (atMs: number | null) => (atMs === null || startMs === null ? null : roundTime(atMs - startMs));
  return {
    format: 'tokenmeter-exchange',
    version: 1,
    exchangeId,
    tokenmeterVersion,
    startedAt: formatInstant(startedAtMs),
    targetId: context.target.id,
    protocol: context.target.protocol,
    httpVersion: wire?.httpVersion ?? '1.1',
    reasons,
    outcome: read.outcome,
    errorCode: read.error?.code ?? null,
    errorMessage: read.error?.message ?? null,
    notes: read.notes,
    sentMs: since(exchange.sentMs),
    headersMs: since(exchange.headersMs),
    firstOutputMs: since(read.firstOutputMs),
    lastOutputMs: since(read.lastOutputMs),
    endMs: since(exchange.endMs),
    outputEvents: read.outputEvents,
    request: wire === undefined ? null : yield* writeRequest(wire, context),
    response: wire === undefined ? null : yield* writeResponse(exchange, wire, read, context),
  };
}

function* writeRequest(wire: ExchangeWire, context: ExchangeContext): Steps<RecordedExchange['request']> {
  const { secrets } = context;
  const head = maskHeaders(wire.requestHead, context, () => '***');
  const masked = Buffer.from(yield* maskBytes(Buffer.from(head, 'latin1'), secrets)).toString('latin1');
  const [line = '', ...headers] = masked.trimEnd().split('\r\n');
  const body = wire.requestBody.subarray(0, maxRequestBytes);
  const omitted = body.length < wire.requestBody.length ? 'The rest of a long request is not recorded' : null;
  return { line, headers, ...encodeBody(yield* maskBytes(body, secrets)), omitted };
}

function* writeResponse(
  exchange: Exchange,
  wire: ExchangeWire,
  read: ExchangeReading,
  context: ExchangeContext,
): Steps<RecordedExchange['response']> {
  const split = yield* splitResponse(wire.response.bytes, context);
  const [statusLine, ...headers] = split.head;
  const omitted = yield* findOmission(exchange, wire, split, read, context);
  return {
    statusLine: statusLine ?? null,
    headers,
    ...encodeBody(omitted === null ? split.body : new Uint8Array()),
    ...listReads(wire.response, split.interimBytes, exchange.startMs ?? 0),
    end: wire.end,
    omitted: omitted ?? (wire.isCut ? cutMessage : null),
  };
}

const cutMessage = 'The rest of a long response is not recorded';

/** Lists the reads of a response without the bytes of its interim responses. */
function listReads({ readsAtMs, readEnds }: ExchangeWire['response'], interimBytes: number, startMs: number) {
  const first = readEnds.findIndex((end) => end > interimBytes);
  const ends = Array.from(first < 0 ? [] : readEnds.subarray(first), (end) => end - interimBytes);
  return {
    readAtMs: Array.from(first < 0 ? [] : readsAtMs.subarray(first), (atMs) => roundTime(atMs - startMs)),
    readBytes: ends.map((end, index) => end - (ends[index - 1] ?? 0)),
  };
}

/** Returns why the body of a response cannot be shown: it may contain a secret in a form that was not masked. */
function* findOmission(
  exchange: Exchange,
  wire: ExchangeWire,
  { whole, isCoded }: SplitResponse,
  { outputText }: ExchangeReading,
  context: ExchangeContext,
): Steps<string | null> {
  const { secrets } = context;
  if (isCoded) return 'The body is compressed';
  const body = readBody(whole, wire.httpVersion);
  const isSplit =
    (yield* hasSecret(body, secrets)) ||
    (yield* hasSplitSecret(body, secrets)) ||
    ((yield* hasSecret(Buffer.from(outputText), secrets)) && (yield* repeatsInPieces(exchange, body, context)));
  return isSplit ? 'The body contains a secret of the target in pieces' : null;
}

/** Returns whether the answer of a masked body still has a secret, which its events contain in pieces. */
function* repeatsInPieces(exchange: Exchange, bytes: Uint8Array, context: ExchangeContext): Steps<boolean> {
  const { dialect, secrets } = context;
  const whole = { ...exchange, readsAtMs: Float64Array.of(0), readEnds: Uint32Array.of(bytes.length), bytes };
  const reading = new AnswerReading(dialect, createAnswerLimits(defaultMaxResponseBytes));
  const { outputText } = yield* interpretInSteps(whole, dialect, { secrets, reading });
  return yield* hasSecret(Buffer.from(outputText), secrets);
}

function encodeBody(bytes: Uint8Array): { body: string; bodyEncoding: 'utf-8' | 'base64' } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (isUtf8(bytes)) return { body: buffer.toString('utf8'), bodyEncoding: 'utf-8' };
  return { body: buffer.toString('base64'), bodyEncoding: 'base64' };
}

function roundTime(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
