import type { Dialect, ProviderError, StreamEvent } from '../protocols/dialect.ts';
import { type DecodedEvent, decodeBody, type Reads } from '../protocols/framing/decode-events.ts';
import { bytesPerEvent } from '../protocols/parts/event-size.ts';
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
    maxOutputLength: Math.ceil(maxResponseBytes / 32),
    maxOutputEvents: Math.ceil(maxResponseBytes / bytesPerEvent),
    maxEventLength: Math.ceil(maxResponseBytes / 32),
  };
}

/** Reads a whole JSON answer, all of which arrived with the last read. Null: the value is not a answer. */
export function readWholeAnswer(value: unknown, dialect: Dialect, atMs: number): Answer | null {
  const read = dialect.readWhole(value);
  const isAnswer = read.text || read.reasoning || read.toolCallArguments || read.toolCallName || read.finishReason;
  if (read.malformed || (!isAnswer && read.error === undefined)) return null;
  const reader = new AnswerReader(dialect);
  reader.addRead(read, atMs);
  const answer = reader.finish();
  answer.done = true;
  answer.notes.unshift({ code: 'not_streamed', detail: 'JSON came in place of a stream' });
  return answer;
}

const maxLooseLength = 2_000;

/** Adds up the events of an answer. If no limits are given, it is only for short answers. */
export class AnswerReader {
  readonly answer = createAnswer();
  private readonly channels = { reasoning: createTextChannel(), text: createTextChannel(), call: createTextChannel() };
  private readonly seen = new Set<Note['code']>();
  private readonly dialect: Dialect;
  private readonly limits: AnswerLimits | null;
  private hasVoid = false;
  private callNames = '';
  /** Whether the output is joined from the channels at the end. */
  private isRejoined = false;

  constructor(dialect: Dialect, limits: AnswerLimits | null = null) {
    this.dialect = dialect;
    this.limits = limits;
  }

  /** Adds an event. Returns whether to read on. */
  add(event: DecodedEvent): boolean {
    const { answer } = this;
    if (event.broken) {
      answer.malformed ??= event.data;
      return false;
    }
    const read = this.dialect.readEvent(event);
    if (event.loose && (read.malformed || Object.keys(read).length === 0)) {
      this.addLoose(event.data);
      return true;
    }
    if (!event.complete && read.malformed) return false;
    if (event.loose) this.addNote('unframed_events', 'lines without data:');
    if (event.unsplit) this.addNote('events_not_parted', 'no blank line between events');
    if (read.malformed) answer.malformed ??= event.data;
    this.addRead(read, event.atMs, event.status);
    return !answer.done && answer.excess === null;
  }

  /** Adds what an event says, without its framing. */
  addRead(read: StreamEvent, atMs: number, status?: number): void {
    const { answer } = this;
    answer.events++;
    if (read.error !== undefined) answer.error = chooseError(answer.error, read.error, status);
    const hasOutput = this.addOutput(read, atMs);
    this.addFinish(read, hasOutput);
    answer.stated = mergeUsage(answer.stated, read.usage);
    if (read.unread !== undefined) this.addNote('unread_fields', read.unread);
    if (read.done) answer.done = true;
  }

  finish(): Answer {
    const { answer, channels } = this;
    answer.reasoningText = channels.reasoning.text();
    answer.answerText = channels.text.text();
    const isCumulative = Object.values(channels).some((channel) => channel.isCumulative());
    if (isCumulative) this.addNote('cumulative_deltas', 'each delta repeats the text so far');
    if (channels.text.differs()) this.addNote('final_text_differs', 'the whole text is not that of the deltas');
    if (isCumulative || this.isRejoined)
      answer.outputText = answer.reasoningText + answer.answerText + channels.call.text();
    // The name of a call without arguments is all that the model generated.
    if (answer.outputText === '') answer.outputText = this.callNames;
    if (answer.looseText !== '') this.addNote('unread_text', answer.looseText);
    return answer;
  }

  /** Ends the answer, because it exceeds a limit. */
  exceed(excess: string): void {
    this.answer.excess ??= excess;
  }

  flatten(): void {
    for (const channel of Object.values(this.channels)) channel.flatten();
    flattenText(this.answer.outputText);
  }

  private addNote(code: Note['code'], detail: string): void {
    if (!this.seen.has(code)) this.answer.notes.push({ code, detail });
    this.seen.add(code);
  }

  private addOutput(read: StreamEvent, atMs: number): boolean {
    const { answer, channels } = this;
    const { isWhole = false, reasoning = '', text = '', toolCallArguments = '' } = read;
    const newReasoning = channels.reasoning.add(reasoning, isWhole);
    const newText = channels.text.add(text, isWhole);
    const newCall = channels.call.add(toolCallArguments, isWhole);
    const isNewCall = read.toolCallName !== undefined && !(isWhole && this.callNames !== '');
    if (isNewCall) this.callNames += read.toolCallName;
    if (newReasoning === '' && newText === '' && newCall === '' && !isNewCall) return false;
    answer.outputEventsMs.push(atMs);
    if (channels.reasoning.isDropped() || channels.text.isDropped() || channels.call.isDropped()) {
      this.isRejoined = true;
      answer.outputText = '';
    } else answer.outputText += newReasoning + newText + newCall;
    if (this.limits !== null) answer.excess ??= this.findExcess(this.limits);
    if (newText !== '') answer.firstAnswerMs ??= atMs;
    return true;
  }

  private addFinish(read: StreamEvent, hasOutput: boolean): void {
    const { answer } = this;
    if (hasOutput && answer.finish !== null && !answer.finish.isVoid) {
      answer.finish.isVoid = true;
      this.hasVoid = true;
      this.addNote('output_after_finish', `output after the finish reason "${answer.finish.word}"`);
    }
    const word = read.finishReason ?? '';
    const kind = classifyFinish(word);
    if (kind === null) return;
    // After output followed a finish, one that comes with output proves nothing.
    answer.finish = { word, kind, message: read.finishMessage ?? null, isVoid: this.hasVoid && hasOutput };
    if (kind === 'unknown') this.addNote('unknown_finish', word);
  }

  private addLoose(line: string): void {
    const { answer } = this;
    const error = readProviderError(parseJson(line) ?? null, true);
    if (error !== null) answer.error = chooseError(answer.error, error);
    else if (answer.looseText.length < maxLooseLength)
      answer.looseText += `${answer.looseText === '' ? '' : ' '}${line.slice(0, maxLooseLength)}`;
  }

  private findExcess({ maxOutputLength, maxOutputEvents }: AnswerLimits): string | null {
    const { answer, channels } = this;
    if (answer.outputEventsMs.length > maxOutputEvents) return `The answer has more than ${maxOutputEvents} events`;
    const length = channels.reasoning.length() + channels.text.length() + channels.call.length();
    return length > maxOutputLength ? `The answer has more than ${maxOutputLength} characters` : null;
  }
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
