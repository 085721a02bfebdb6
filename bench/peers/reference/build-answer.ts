import { answerWords } from './reference-prompt.ts';

export type Kind = 'chat' | 'completions';

/** The bytes of a streamed answer as ASCII text. */
export type StreamedAnswer = {
  head: string;
  /** Returns the event of the token at this place, from 0. */
  token(place: number): string;
  end: string;
};

/** Token counts in `usage`. */
export type TokenCounts = { input: number; output: number };

export type AnswerBuilder = {
  stream(kind: Kind, sequence: number, tokens: TokenCounts): StreamedAnswer;
  /** Returns the response to a request without streaming. */
  whole(kind: Kind, sequence: number, tokens: TokenCounts): string;
};

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';

/**
 * Creates a builder of answers with one word per token. The common parts are built in advance, so a token costs only one
 * concatenation when it is due. Work at a receipt would delay the next receipt.
 */
export function createAnswerBuilder(model: string): AnswerBuilder {
  const parts = { chat: buildParts(model, 'chat'), completions: buildParts(model, 'completions') };
  return {
    stream: (kind, sequence, tokens) => {
      const { open, first, later } = parts[kind];
      const opening = `${open}${sequence}`;
      return {
        head,
        token: (place) => {
          const words = place === 0 ? first : later;
          return frame(`${opening}${words[(sequence + place) % words.length]}`);
        },
        end: `${frame(renderEnd(model, kind, sequence, tokens))}0\r\n\r\n`,
      };
    },
    whole: (kind, sequence, tokens) => renderJsonResponse('200 OK', buildWhole(model, kind, sequence, tokens)),
  };
}

/** Renders a JSON response. */
export function renderJsonResponse(status: string, value: unknown): string {
  const body = JSON.stringify(value);
  const length = Buffer.byteLength(body);
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;
}

/** Builds the event of each word, split at the position of the request's number. */
function buildParts(model: string, kind: Kind) {
  const mark = '#';
  const render = (choice: object) =>
    renderEvent({ ...buildId(kind, mark), model, choices: [{ index: 0, ...choice, finish_reason: null }] });
  const buildChoice = (content: string, isFirst: boolean) => {
    if (kind === 'completions') return { text: content };
    return { delta: isFirst ? { role: 'assistant', content } : { content } };
  };
  // The first word has no leading space, which would be another token.
  const tails = (isFirst: boolean) =>
    answerWords.map((word) => {
      const text = render(buildChoice(isFirst ? word : ` ${word}`, isFirst));
      return text.slice(text.indexOf(mark) + mark.length);
    });
  const sample = render(buildChoice('', true));
  return { open: sample.slice(0, sample.indexOf(mark)), first: tails(true), later: tails(false) };
}

function renderEnd(model: string, kind: Kind, sequence: number, tokens: TokenCounts): string {
  const shared = { ...buildId(kind, sequence), model };
  const choice = kind === 'chat' ? { delta: {} } : { text: '' };
  const finish = renderEvent({ ...shared, choices: [{ index: 0, ...choice, finish_reason: 'length' }] });
  return `${finish}${renderEvent({ ...shared, choices: [], usage: buildUsage(tokens) })}data: [DONE]\n\n`;
}

function buildWhole(model: string, kind: Kind, sequence: number, tokens: TokenCounts): object {
  const words = Array.from(
    { length: tokens.output },
    (_, place) => answerWords[(sequence + place) % answerWords.length],
  ).join(' ');
  const choice = kind === 'chat' ? { message: { role: 'assistant', content: words } } : { text: words };
  return {
    ...buildId(kind, sequence),
    object: kind === 'chat' ? 'chat.completion' : 'text_completion',
    model,
    choices: [{ index: 0, ...choice, finish_reason: 'length' }],
    usage: buildUsage(tokens),
  };
}

function buildId(kind: Kind, sequence: number | string) {
  return kind === 'chat'
    ? { id: `chatcmpl-${sequence}`, object: 'chat.completion.chunk', created: 0 }
    : { id: `cmpl-${sequence}`, object: 'text_completion', created: 0 };
}

function buildUsage({ input, output }: TokenCounts) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function renderEvent(fields: object): string {
  return `data: ${JSON.stringify(fields)}\n\n`;
}

/** Frames one chunk of the transfer coding. */
function frame(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
