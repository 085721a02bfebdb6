import type { Dialect, ProviderError } from '../protocols/dialect.ts';
import type { Reads } from '../protocols/framing/decode-events.ts';
import { mergeUsage } from '../protocols/parts/usage.ts';
import type { Usage } from '../sample/sample.ts';
import type { Steps } from '../time-slices.ts';
import type { Exchange } from './instrument.ts';

/** The combined content of a response's events. An event's time (ms) is the arrival of the read that completed it. */
export type Answer = {
  /** Number of events of any kind. */
  events: number;
  outputEventsMs: number[];
  firstAnswerMs: number | null;
  answerText: string;
  reasoningText: string;
  /** All output in order of arrival: reasoning, response text and tool-call arguments. */
  outputText: string;
  /** The latest value of each token count, because some servers repeat growing counts and others split the counts. */
  usage: Usage | null;
  finishReason: string | null;
  done: boolean;
  error: ProviderError | null;
  /** The data of the first event that does not match the protocol, or a description of the broken framing. */
  malformed: string | null;
};

/** Reads a response body as a stream of the given protocol dialect, up to the end marker. One step reads one event. */
export function* readAnswer(exchange: Exchange, dialect: Dialect): Steps<Answer> {
  const answer: Answer = {
    events: 0,
    outputEventsMs: [],
    firstAnswerMs: null,
    answerText: '',
    reasoningText: '',
    outputText: '',
    usage: null,
    finishReason: null,
    done: false,
    error: null,
    malformed: null,
  };
  for (const event of dialect.decode(exchange)) {
    yield;
    if (event.broken) {
      answer.malformed ??= event.data;
      break;
    }
    // An incomplete last event is used only if the response ended normally and the event can be parsed.
    if (!event.complete && exchange.failure !== null) break;
    const read = dialect.readEvent(event);
    if (!event.complete && read.malformed) break;
    answer.events++;
    if (read.malformed) answer.malformed ??= event.data;
    if (read.error !== undefined) answer.error ??= read.error;
    addOutput(answer, read.reasoning ?? '', read.text ?? '', read.toolCallArguments ?? '', event.atMs);
    answer.usage = mergeUsage(answer.usage, read.usage);
    answer.finishReason = read.finishReason ?? answer.finishReason;
    if (read.done) {
      answer.done = true;
      break;
    }
  }
  return answer;
}

/** Returns whether the reads contain an output event. Stops reading at the first output event. */
export function hasOutput(reads: Reads, dialect: Dialect): boolean {
  for (const event of dialect.decode(reads)) {
    const read = event.complete && !event.broken ? dialect.readEvent(event) : {};
    if (read.text !== undefined || read.reasoning !== undefined || read.toolCallArguments !== undefined) return true;
  }
  return false;
}

function addOutput(answer: Answer, reasoning: string, text: string, toolCallArguments: string, atMs: number): void {
  const output = reasoning + text + toolCallArguments;
  if (output === '') return;
  answer.outputEventsMs.push(atMs);
  answer.outputText += output;
  answer.reasoningText += reasoning;
  answer.answerText += text;
  if (text !== '') answer.firstAnswerMs ??= atMs;
}
