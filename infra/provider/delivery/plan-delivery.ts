import type { TextPiece } from '../answer/tokenize-text.ts';
import type { Fault, FaultKind } from '../config/provider-config.ts';
import type { DrawnStream } from '../engine/draw-stream.ts';
import { buildErrorBody, type EventBuilder, type FinishReason, renderEvent, type TokenUsage } from './build-event.ts';
import type { CompletionRequest } from './completion-request.ts';

/** Output of one chunk, in parts that are written to the socket separately. The last part completes the tokens. */
export type Step = { parts: Buffer[]; tokens: number };

/**
 * How a response ends after its last step. `finish` ends it normally. `cut` closes the connection within the body.
 * `reset` resets the connection. `hold` keeps the connection open and silent until the client closes it.
 */
export type Ending = 'finish' | 'cut' | 'reset' | 'hold';

/** All events of one streamed answer, which are built before sending so that sending is fast. */
export type Delivery = {
  headers: Record<string, string>;
  /** `chunked`: the body is sent with chunked transfer coding. `close`: the body ends when the connection is closed. */
  framing: 'chunked' | 'close';
  role: Buffer | null;
  steps: Step[];
  /** Events with the finish reason, the usage, and [DONE]. They are sent `tailMs` (in ms) after the last step. */
  closing: Buffer | null;
  tailMs: number;
  ending: Ending;
  /** Number of bytes of meaningless output that are sent after the last step, as fast as the client reads. */
  floodBytes: number;
  finishReason: FinishReason | null;
  usage: TokenUsage;
};

export type StreamedAnswer = {
  request: Pick<CompletionRequest, 'kind' | 'includeUsage'>;
  pieces: readonly TextPiece[];
  finishReason: FinishReason;
  inputTokens: number;
  /** Output chunks. `tokens` is the number of text pieces in a chunk. */
  chunks: DrawnStream['chunks'];
  roleEvent: boolean;
};

/** Plans the bytes of a streamed answer, including those of a configured fault. */
export function planDelivery(answer: StreamedAnswer, events: EventBuilder, fault: Fault | null): Delivery {
  const kind = fault?.kind ?? null;
  const chat = answer.request.kind === 'chat';
  const lineEnd = kind === 'crlf' ? '\r\n' : '\n';
  const bytes = (data: object | string) => Buffer.from(renderEvent(data, lineEnd));
  const groups = kind === 'empty-output' ? [] : groupPieces(answer);
  const reasoningSteps = kind === 'reasoning' && chat ? Math.ceil(groups.length / 2) : 0;
  const steps = groups.map(({ text, tokens }, index): Step => {
    if (index < reasoningSteps) return { parts: [bytes(events.reasoning(text))], tokens };
    const toolCall = kind === 'tool-calls' && chat;
    return { parts: [bytes(toolCall ? events.toolCall(text, index === 0) : events.text(text))], tokens };
  });
  const finishReason = chooseFinishReason(answer, kind);
  const usage: TokenUsage = {
    inputTokens: answer.inputTokens,
    outputTokens: sumTokens(steps),
    reasoningTokens: sumTokens(steps.slice(0, reasoningSteps)),
  };
  const closing = [bytes(events.finish(finishReason))];
  if (answer.request.includeUsage) closing.push(bytes(events.usage(usage)));
  if (kind !== 'no-done') closing.push(bytes('[DONE]'));
  const delivery: Delivery = {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    framing: 'chunked',
    role: answer.roleEvent && chat ? bytes(events.role()) : null,
    steps,
    closing: Buffer.concat(closing),
    tailMs: 0,
    ending: 'finish',
    floodBytes: 0,
    finishReason,
    usage,
  };
  return (fault !== null && changes[fault.kind]?.(delivery, fault, events, bytes)) || delivery;
}

function chooseFinishReason({ request, finishReason }: StreamedAnswer, kind: FaultKind | null): FinishReason {
  if (kind === 'tool-calls' && request.kind === 'chat') return 'tool_calls';
  return kind === 'empty-output' ? 'stop' : finishReason;
}

function groupPieces({ pieces, chunks }: StreamedAnswer): TextPiece[] {
  let place = 0;
  return chunks.map((chunk) => {
    const group = pieces.slice(place, place + chunk.tokens);
    place += chunk.tokens;
    return { text: group.map((piece) => piece.text).join(''), tokens: sumTokens(group) };
  });
}

function sumTokens(items: readonly { tokens: number }[]): number {
  return items.reduce((sum, item) => sum + item.tokens, 0);
}

type Change = (
  delivery: Delivery,
  fault: Fault,
  events: EventBuilder,
  bytes: (data: object | string) => Buffer,
) => Delivery;

/** Changes that faults make to the bytes of an answer. All other faults are handled before an answer is planned. */
const changes: Partial<Record<FaultKind, Change>> = {
  'hang-after-headers': (delivery) => ({ ...cut(delivery, 0), role: null, ending: 'hold' }),
  stall: (delivery, { afterTokens }) => ({ ...cut(delivery, afterTokens), ending: 'hold' }),
  'truncated-cut': (delivery, { afterTokens }) => ({ ...cut(delivery, afterTokens), ending: 'cut' }),
  'reset-mid-stream': (delivery, { afterTokens }) => ({ ...cut(delivery, afterTokens), ending: 'reset' }),
  'truncated-end': (delivery, { afterTokens }) => cut(delivery, afterTokens),
  'garbage-event': (delivery, { afterTokens }) =>
    insert(delivery, afterTokens, Buffer.from('data: {"choices":[{"index":0,"delta":{"content":\n\n')),
  'error-event': (delivery, { afterTokens }, _events, bytes) => ({
    ...cut(delivery, afterTokens),
    closing: Buffer.concat([
      bytes(buildErrorBody('The server had an error while processing your request.', 'server_error', 'engine_failed')),
      bytes('[DONE]'),
    ]),
  }),
  'wrong-content-type': (delivery) => ({ ...delivery, headers: { 'content-type': 'text/html; charset=utf-8' } }),
  'huge-response': (delivery, { bytes: floodBytes }) => ({ ...cut(delivery, 1), floodBytes }),
  'slow-tail': (delivery, { tailMs }) => ({ ...delivery, tailMs }),
  comments: (delivery) => mapParts(delivery, (parts) => [Buffer.from(': keep-alive\n\n'), ...parts]),
  'many-events-per-write': (delivery) => ({ ...delivery, steps: gather(delivery.steps, 5) }),
  'split-event': (delivery) => mapParts(delivery, (parts) => parts.flatMap((part) => splitAt(part, 20))),
  'split-utf8': (delivery) => mapParts(delivery, (parts) => parts.flatMap(splitInCharacter)),
  'usage-events': (delivery, _fault, events, bytes) => {
    let outputTokens = 0;
    const steps = delivery.steps.map(({ parts, tokens }) => {
      outputTokens += tokens;
      const usage = bytes(events.usage({ ...delivery.usage, outputTokens }));
      return { parts: [Buffer.concat([...parts, usage])], tokens };
    });
    return { ...delivery, steps };
  },
  'close-delimited': (delivery) => ({ ...delivery, framing: 'close' }),
};

function mapParts(delivery: Delivery, change: (parts: Buffer[]) => Buffer[]): Delivery {
  return { ...delivery, steps: delivery.steps.map((step) => ({ ...step, parts: change(step.parts) })) };
}

/** Keeps only the first `tokens` tokens of an answer, and removes the events after the output. */
function cut(delivery: Delivery, tokens: number): Delivery {
  let sent = 0;
  const steps = delivery.steps.filter((step) => {
    sent += step.tokens;
    return sent <= tokens || (tokens > 0 && sent === step.tokens);
  });
  return { ...delivery, steps, closing: null, finishReason: null };
}

function insert(delivery: Delivery, afterTokens: number, extra: Buffer): Delivery {
  const kept = cut(delivery, afterTokens).steps.length;
  const steps = delivery.steps.map((step, index) =>
    index === kept - 1 ? { ...step, parts: [...step.parts, extra] } : step,
  );
  return { ...delivery, steps };
}

/** Combines groups of `size` events into one write per group. */
function gather(steps: readonly Step[], size: number): Step[] {
  return steps.map((_, index) => {
    if ((index + 1) % size !== 0 && index !== steps.length - 1) return { parts: [], tokens: 0 };
    const group = steps.slice(index - (index % size), index + 1);
    return { parts: [Buffer.concat(group.flatMap((step) => step.parts))], tokens: sumTokens(group) };
  });
}

function splitAt(part: Buffer, at: number): Buffer[] {
  return part.length > at ? [part.subarray(0, at), part.subarray(at)] : [part];
}

/** Splits the bytes in the middle of the first multibyte character. */
function splitInCharacter(part: Buffer): Buffer[] {
  const at = part.findIndex((byte) => byte >= 0xc0);
  return at < 0 ? [part] : splitAt(part, at + 1);
}
