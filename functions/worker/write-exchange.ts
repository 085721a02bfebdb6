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
import { isSecretName } from '../../shared/secrets/secret-forms.ts';
import type { Target } from '../../shared/spec/target.ts';
import type { Steps } from '../../shared/time-slices.ts';
import { tokenmeterVersion } from '../../shared/version.ts';

/** What is known of the target of an exchange. */
export type ExchangeContext = {
  target: Pick<Target, 'id' | 'protocol'>;
  dialect: Dialect;
  /** Texts to mask: see `listByteSecrets`. */
  secrets: readonly string[];
  /** Names of headers, in lower case, whose whole values are secrets. */
  secretNames: ReadonlySet<string>;
};

/** What was read of an exchange, from its sample or its interpretation. */
export type ExchangeReading = Pick<
  Interpretation,
  'outcome' | 'error' | 'notes' | 'firstOutputMs' | 'lastOutputMs' | 'outputEvents'
> & { outputText: string };

/** Maximum size in bytes of a recorded request body, so that an exchange fits into a response of the API. */
export const maxRequestBytes = 1_048_576;

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
  const { readsAtMs, readEnds, bytes } = wire.response;
  const masked = yield* maskResponse(bytes, context);
  const headEnd = Buffer.from(masked).indexOf('\r\n\r\n');
  const head = headEnd < 0 ? '' : Buffer.from(masked.subarray(0, headEnd)).toString('latin1');
  const [statusLine, ...headers] = headEnd < 0 ? [] : head.split('\r\n');
  const body = masked.subarray(headEnd < 0 ? 0 : headEnd + 4);
  const omitted = yield* findOmission(exchange, wire, masked, read, context);
  return {
    statusLine: statusLine ?? null,
    headers,
    ...encodeBody(omitted === null ? body : new Uint8Array()),
    readAtMs: Array.from(readsAtMs, (atMs) => roundTime(atMs - (exchange.startMs ?? 0))),
    readBytes: Array.from(readEnds, (end, index) => end - (readEnds[index - 1] ?? 0)),
    end: wire.end,
    omitted: omitted ?? (wire.isCut ? cutMessage : null),
  };
}

const cutMessage = 'The rest of a long response is not recorded';

function* maskResponse(bytes: Uint8Array, context: ExchangeContext): Steps<Uint8Array> {
  const masked = yield* maskBytes(bytes, context.secrets);
  const headEnd = Buffer.from(masked).indexOf('\r\n\r\n');
  if (headEnd < 0) return masked;
  const head = Buffer.from(masked.subarray(0, headEnd)).toString('latin1');
  // The length stays, because the sizes of the reads include the head.
  masked.set(
    Buffer.from(
      maskHeaders(head, context, (value) => '*'.repeat(value.length)),
      'latin1',
    ),
  );
  return masked;
}

/** Masks the values of headers that carry secrets. */
function maskHeaders(head: string, { secretNames }: ExchangeContext, mask: (value: string) => string): string {
  return head.replace(/^([^\s:]+)(:[ \t]*)([^\r\n]*)/gm, (line, name: string, colon: string, value: string) =>
    secretNames.has(name.toLowerCase()) || isSecretName(name) ? `${name}${colon}${mask(value)}` : line,
  );
}

/** Returns why the body of a response cannot be shown: it may contain a secret in a form that was not masked. */
function* findOmission(
  exchange: Exchange,
  wire: ExchangeWire,
  masked: Uint8Array,
  { outputText }: ExchangeReading,
  context: ExchangeContext,
): Steps<string | null> {
  const { secrets } = context;
  if (!/^(?:identity)?$/i.test(exchange.headers['content-encoding']?.trim() ?? '')) return 'The body is compressed';
  const body = readBody(masked, wire.httpVersion);
  const isSplit =
    (yield* hasSecret(body, secrets)) ||
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
