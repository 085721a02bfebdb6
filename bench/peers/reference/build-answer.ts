import { answerWords } from './answer-words.ts';

export type Kind = 'chat' | 'completions';

/** The bytes of a streamed answer, as text; all of it is ASCII. */
export type StreamedAnswer = {
  head: string;
  /** The event of the token at that place, from 0. */
  token(place: number): string;
  end: string;
};

/** What `usage` says. */
export type TokenCounts = { input: number; output: number };

export type AnswerBuilder = {
  stream(kind: Kind, sequence: number, tokens: TokenCounts): StreamedAnswer;
  /** The whole response to a request that asks for no stream. */
  whole(kind: Kind, sequence: number, tokens: TokenCounts): string;
};

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';

/**
 * Builds answers of one word a token. All that tokens have in common is made beforehand, so that a token costs the server one
 * concatenation when it is due, and nothing before: what it does at a receipt would make the next receipt late.
 */
export function createAnswerBuilder(model: string): AnswerBuilder {
  const parts = { chat: partsOf(model, 'chat'), completions: partsOf(model, 'completions') };
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
        end: `${frame(endOf(model, kind, sequence, tokens))}0\r\n\r\n`,
      };
    },
    whole: (kind, sequence, tokens) => jsonResponse('200 OK', wholeOf(model, kind, sequence, tokens)),
  };
}

/** A JSON response with its length. */
export function jsonResponse(status: string, value: unknown): string {
  const body = JSON.stringify(value);
  const length = Buffer.byteLength(body);
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;
}

/** A token's event, cut where the number of the request goes: what comes before, and what comes after, word by word. */
function partsOf(model: string, kind: Kind) {
  const mark = '#';
  const textOf = (choice: object) =>
    event({ ...idOf(kind, mark), model, choices: [{ index: 0, ...choice, finish_reason: null }] });
  const choiceOf = (content: string, isFirst: boolean) => {
    if (kind === 'completions') return { text: content };
    return { delta: isFirst ? { role: 'assistant', content } : { content } };
  };
  // The first word has no blank before it: that would be a token more.
  const tails = (isFirst: boolean) =>
    answerWords.map((word) => {
      const text = textOf(choiceOf(isFirst ? word : ` ${word}`, isFirst));
      return text.slice(text.indexOf(mark) + mark.length);
    });
  const sample = textOf(choiceOf('', true));
  return { open: sample.slice(0, sample.indexOf(mark)), first: tails(true), later: tails(false) };
}

function endOf(model: string, kind: Kind, sequence: number, tokens: TokenCounts): string {
  const shared = { ...idOf(kind, sequence), model };
  const choice = kind === 'chat' ? { delta: {} } : { text: '' };
  const finish = event({ ...shared, choices: [{ index: 0, ...choice, finish_reason: 'length' }] });
  return `${finish}${event({ ...shared, choices: [], usage: usageOf(tokens) })}data: [DONE]\n\n`;
}

function wholeOf(model: string, kind: Kind, sequence: number, tokens: TokenCounts): object {
  const words = Array.from(
    { length: tokens.output },
    (_, place) => answerWords[(sequence + place) % answerWords.length],
  ).join(' ');
  const choice = kind === 'chat' ? { message: { role: 'assistant', content: words } } : { text: words };
  return {
    ...idOf(kind, sequence),
    object: kind === 'chat' ? 'chat.completion' : 'text_completion',
    model,
    choices: [{ index: 0, ...choice, finish_reason: 'length' }],
    usage: usageOf(tokens),
  };
}

function idOf(kind: Kind, sequence: number | string) {
  return kind === 'chat'
    ? { id: `chatcmpl-${sequence}`, object: 'chat.completion.chunk', created: 0 }
    : { id: `cmpl-${sequence}`, object: 'text_completion', created: 0 };
}

function usageOf({ input, output }: TokenCounts) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function event(fields: object): string {
  return `data: ${JSON.stringify(fields)}\n\n`;
}

/** One chunk of the chunked transfer coding. */
function frame(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
