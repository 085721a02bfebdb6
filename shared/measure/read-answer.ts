import type { Dialect, ProviderError, StreamEvent } from '../protocols/dialect.ts';
import { type DecodedEvent, decodeBody, type Reads } from '../protocols/framing/decode-events.ts';
import { classifyFinish, type FinishKind } from '../protocols/parts/finish-words.ts';
import type { Note } from '../protocols/parts/notes.ts';
import { readProviderError } from '../protocols/parts/provider-error.ts';
import { parseJson } from '../protocols/parts/read-event.ts';
import { mergeUsage } from '../protocols/parts/usage.ts';
import type { UsageStatement } from '../protocols/usage-statement.ts';
import { createTextChannel, flattenText } from './text-channel.ts';

/** What a response says: its texts, and the evidence of how it ended. Times (ms) are those of the completing reads. */
export type Answer = {
  /** Number of events of any kind. */
  events: number;
  outputEventsMs: number[];
  firstAnswerMs: number | null;
  answerText: string;
  reasoningText: string;
  /** All output in order of arrival: reasoning, response text and tool-call arguments. */
  outputText: string;
  stated: UsageStatement | null;
  /** The last finish reason. `isVoid`: output followed it, so it did not end the answer. */
  finish: { word: string; kind: FinishKind; message: string | null; isVoid: boolean } | null;
  done: boolean;
  /** The most telling error. */
  error: ProviderError | null;
  /** The data of the first event that does not match the protocol, or a description of the broken framing. */
  malformed: string | null;
  /** Text that stands outside of events. */
  looseText: string;
  /** Which limit the answer exceeded, so that it was not read on. Null: none. */
  excess: string | null;
  notes: Note[];
};

/** Limits of what is kept of one answer, so that the memory of a worker stays bounded. */
export type AnswerLimits = {
  maxOutputLength: number;
  maxOutputEvents: number;
  /** Maximum length of one event. */
  maxEventLength: number;
};

/** Derives the limits from the maximum size of a response. Real answers need a fraction of them. */
export function createAnswerLimits(maxResponseBytes: number): AnswerLimits {
  return {
    maxOutputLength: Math.ceil(maxResponseBytes / 64),
    maxOutputEvents: Math.ceil(maxResponseBytes / 256),
    maxEventLength: Math.ceil(maxResponseBytes / 32),
  };
}

/** Reads a whole JSON answer, all of which arrived with the last read. Null: the value is not a answer. */
export function readWholeAnswer(value: unknown, dialect: Dialect, atMs: number): Answer | null {
  const read = dialect.readWhole(value);
  const isAnswer = read.text || read.reasoning || read.toolCallArguments || read.toolCallName || read.finishReason;
  if (read.malformed || (!isAnswer && read.error === undefined)) return null;
  const reader = createAnswerReader(dialect);
  reader.take(read, atMs);
  const answer = reader.finish();
  answer.done = true;
  answer.notes.unshift({ code: 'not_streamed', detail: 'JSON came in place of a stream' });
  return answer;
}

const maxLooseLength = 2_000;

export type AnswerReader = ReturnType<typeof createAnswerReader>;

/** Creates a reader that adds up the events of an answer. Without limits, it is only for short answers. */
export function createAnswerReader(dialect: Dialect, limits: AnswerLimits | null = null) {
  const answer = createAnswer();
  const channels = { reasoning: createTextChannel(), text: createTextChannel(), call: createTextChannel() };
  const seen = new Set<Note['code']>();
  let hasVoid = false;
  let callNames = '';
  /** Whether the output is joined from the channels at the end. */
  let isRejoined = false;
  const note = (code: Note['code'], detail: string) => {
    if (!seen.has(code)) answer.notes.push({ code, detail });
    seen.add(code);
  };

  const findExcess = ({ maxOutputLength, maxOutputEvents }: AnswerLimits): string | null => {
    if (answer.outputEventsMs.length > maxOutputEvents) return `The answer has more than ${maxOutputEvents} events`;
    const length = channels.reasoning.length() + channels.text.length() + channels.call.length();
    return length > maxOutputLength ? `The answer has more than ${maxOutputLength} characters` : null;
  };
  const addOutput = (read: StreamEvent, atMs: number): boolean => {
    const isWhole = read.isWhole === true;
    const added = {
      reasoning: channels.reasoning.add(read.reasoning ?? '', isWhole),
      text: channels.text.add(read.text ?? '', isWhole),
      call: channels.call.add(read.toolCallArguments ?? '', isWhole),
    };
    const isNewCall = read.toolCallName !== undefined && !(isWhole && callNames !== '');
    if (isNewCall) callNames += read.toolCallName;
    if (!added.reasoning && !added.text && !added.call && !isNewCall) return false;
    answer.outputEventsMs.push(atMs);
    const isDropped = Object.values(channels).some((channel) => channel.isDropped());
    isRejoined ||= isDropped;
    if (isDropped) answer.outputText = '';
    else {
      if (added.reasoning) answer.outputText += read.reasoning;
      if (added.text) answer.outputText += read.text;
      if (added.call) answer.outputText += read.toolCallArguments;
    }
    if (limits !== null) answer.excess ??= findExcess(limits);
    if (added.text) answer.firstAnswerMs ??= atMs;
    return true;
  };
  const addFinish = (read: StreamEvent, hasOutput: boolean) => {
    if (hasOutput && answer.finish !== null && !answer.finish.isVoid) {
      answer.finish.isVoid = true;
      hasVoid = true;
      note('output_after_finish', `output after the finish reason "${answer.finish.word}"`);
    }
    const word = read.finishReason ?? '';
    const kind = classifyFinish(word);
    if (kind === null) return;
    // After output followed a finish, one that comes with output proves nothing.
    answer.finish = { word, kind, message: read.finishMessage ?? null, isVoid: hasVoid && hasOutput };
    if (kind === 'unknown') note('unknown_finish', word);
  };
  const take = (read: StreamEvent, atMs: number, status?: number): void => {
    answer.events++;
    if (read.error !== undefined) answer.error = chooseError(answer.error, read.error, status);
    const hasOutput = addOutput(read, atMs);
    addFinish(read, hasOutput);
    answer.stated = mergeUsage(answer.stated, read.usage);
    if (read.unread !== undefined) note('unread_fields', read.unread);
    if (read.done) answer.done = true;
  };
  const addLoose = (line: string) => {
    const error = readProviderError(parseJson(line) ?? null, true);
    if (error !== null) answer.error = chooseError(answer.error, error);
    else if (answer.looseText.length < maxLooseLength)
      answer.looseText += `${answer.looseText === '' ? '' : ' '}${line.slice(0, maxLooseLength)}`;
  };
  /** Takes an event. Returns whether to read on. */
  const add = (event: DecodedEvent): boolean => {
    if (event.broken) {
      answer.malformed ??= event.data;
      return false;
    }
    const read = dialect.readEvent(event);
    if (event.loose && (read.malformed || Object.keys(read).length === 0)) {
      addLoose(event.data);
      return true;
    }
    if (!event.complete && read.malformed) return false;
    if (event.loose) note('unframed_events', 'lines without data:');
    if (event.unsplit) note('events_not_parted', 'no blank line between events');
    if (read.malformed) answer.malformed ??= event.data;
    take(read, event.atMs, event.status);
    return !answer.done && answer.excess === null;
  };
  const finish = (): Answer => {
    answer.reasoningText = channels.reasoning.text();
    answer.answerText = channels.text.text();
    const isCumulative = Object.values(channels).some((channel) => channel.isCumulative());
    if (isCumulative) note('cumulative_deltas', 'each delta repeats the text so far');
    if (isCumulative || isRejoined) {
      answer.outputText = answer.reasoningText + answer.answerText + channels.call.text();
    }
    // The name of a call without arguments is all that the model generated.
    if (answer.outputText === '') answer.outputText = callNames;
    if (answer.looseText !== '') note('unread_text', answer.looseText);
    return answer;
  };
  const exceed = (excess: string) => {
    answer.excess ??= excess;
  };
  const flatten = () => {
    for (const channel of Object.values(channels)) channel.flatten();
    flattenText(answer.outputText);
  };
  return { add, take, finish, exceed, flatten, answer: answer as Readonly<Answer> };
}

/** Creates an answer of which nothing is known. */
export function createAnswer(): Answer {
  return {
    events: 0,
    outputEventsMs: [],
    firstAnswerMs: null,
    answerText: '',
    reasoningText: '',
    outputText: '',
    stated: null,
    finish: null,
    done: false,
    error: null,
    malformed: null,
    looseText: '',
    excess: null,
    notes: [],
  };
}

/** Returns the more telling error: the first with a code. One without code and words is only a sign that one comes. */
function chooseError(known: ProviderError | null, next: ProviderError, status?: number): ProviderError {
  const error: ProviderError = status === 429 ? { ...next, isRateLimit: true } : next;
  if (known === null) return error;
  return known.code === null && error.code !== null ? error : known;
}

/** Returns whether the reads contain an output event. Stops reading at the first output event. */
export function hasOutput(reads: Reads, dialect: Dialect): boolean {
  for (const event of decodeBody(dialect.createDecoder(), reads)) {
    const read: StreamEvent = event.complete && !event.broken ? dialect.readEvent(event) : {};
    if (read.text ?? read.reasoning ?? read.toolCallArguments ?? read.toolCallName) return true;
  }
  return false;
}
