import { runAtOnce, type Steps } from '../../../time-slices.ts';
import { createLineCorpus, pickLines } from '../../corpora/line-corpus.ts';
import { sonnetCorpus } from '../../corpora/sonnet-corpus.ts';
import { findFirstAbove } from '../../distributions/draw-index.ts';
import { drawTokenCount } from '../../distributions/draw-token-count.ts';
import { createSeededRandom, type Random } from '../../distributions/seeded-random.ts';
import { countLeastTokens, drawLinesTask, type LinesTask } from '../../parts/lines-task.ts';
import type { Prompt, PromptKey, PromptKind } from '../../prompt.ts';
import { countTokens, countTokensInSteps } from '../../tokenizers/count-tokens.ts';
import type { ConversationWorkload } from './conversation-schema.ts';

/**
 * Builds the prompt for one turn of a conversation, including all earlier turns. Earlier responses are scripted, so
 * that all targets receive equal prompts: a response has the requested size and contains lines of its turn. For a live
 * conversation, builds only the first turn; `buildNextLivePrompt` builds the others.
 */
export function buildConversationPrompt(workload: ConversationWorkload, key: PromptKey): Prompt {
  const { seed, kind, number } = key;
  const isLive = workload.history === 'live';
  const place = isLive ? { conversationIndex: number, turn: 0 } : placeTurn(workload, seed, kind, number);
  const messages: Prompt['messages'] = [];
  let inputTokens = 0;
  const addMessage = (role: 'system' | 'user' | 'assistant', content: string, tokens: number) => {
    messages.push({ role, content });
    inputTokens += tokens;
  };
  if (workload.system !== undefined) addMessage('system', workload.system, runAtOnce(readSystemTokens(workload)));
  for (let turn = 0; turn < place.turn; turn++) {
    const { task, answer } = buildEarlierTurn(workload, seed, kind, { ...place, turn });
    addMessage('user', task.content, task.inputTokens);
    addMessage('assistant', answer, task.outputTokens);
  }
  const task = drawTurn(workload, seed, kind, place);
  addMessage('user', task.content, task.inputTokens);
  return {
    messages,
    inputTokens,
    ...describeExpected(task),
    ...(isLive ? {} : { requestedInputTokens: inputTokens }),
    conversationIndex: place.conversationIndex,
    turn: place.turn + 1,
  };
}

const systemTokensKept = new WeakMap<ConversationWorkload, number>();

function* readSystemTokens(workload: ConversationWorkload): Steps<number> {
  const tokens = systemTokensKept.get(workload) ?? (yield* countTokensInSteps(workload.system ?? ''));
  systemTokensKept.set(workload, tokens);
  return tokens;
}

/** Counts and caches the tokens of the system message. */
export function* countSystem(workload: ConversationWorkload): Steps<void> {
  yield* readSystemTokens(workload);
}

/** Builds the next turn of a live conversation: the earlier messages, the model's response, and a new user message. */
export function* buildNextLivePrompt(
  workload: ConversationWorkload,
  seed: number,
  prior: Prompt,
  answer: string,
): Steps<Prompt> {
  const { conversationIndex = 0, turn = 1, messages } = prior;
  const task = drawTurn(workload, seed, 'measured', { conversationIndex, turn });
  return {
    messages: [...messages, { role: 'assistant', content: answer }, { role: 'user', content: task.content }],
    inputTokens: prior.inputTokens + (yield* countTokensInSteps(answer)) + task.inputTokens,
    ...describeExpected(task),
    conversationIndex,
    turn: turn + 1,
  };
}

function describeExpected({ outputTokens, expectedNumber, lines }: LinesTask) {
  return { maxOutputTokens: outputTokens, expectedNumber, inputLines: lines };
}

type EarlierTurn = { task: LinesTask; answer: string };

/** Maximum number of earlier turns to cache. Each turn is needed again for all later turns of its conversation. */
const mostKeptTurns = 5_000;
const earlierKept = new WeakMap<ConversationWorkload, Map<string, EarlierTurn>>();

function buildEarlierTurn(workload: ConversationWorkload, seed: number, kind: PromptKind, place: Place): EarlierTurn {
  const kept = earlierKept.get(workload) ?? new Map<string, EarlierTurn>();
  earlierKept.set(workload, kept);
  const key = `${kind}/${seed}/${place.conversationIndex}/${place.turn}`;
  const found = kept.get(key);
  if (found !== undefined) return found;
  const task = drawTurn(workload, seed, kind, place);
  const random = createSeededRandom(seed, 'scripted-answer', kind, place.conversationIndex, place.turn);
  const earlier = { task, answer: scriptAnswer(task, random) };
  if (kept.size >= mostKeptTurns) kept.clear();
  kept.set(key, earlier);
  return earlier;
}

/** Draws the user message of one turn. With a cold cache, only a conversation's first turn starts with unique words. */
function drawTurn(workload: ConversationWorkload, seed: number, kind: PromptKind, place: Place): LinesTask {
  const { conversationIndex, turn } = place;
  const randomFor = (purpose: string) => createSeededRandom(seed, purpose, kind, conversationIndex, turn);
  const cache = turn === 0 ? workload.cache : 'warm';
  return drawLinesTask({ ...workload, cache }, randomFor, countLeastTokens(workload), sonnetCorpus());
}

/** Writes a response with exactly the requested number of tokens: the checksum number, then the reordered lines. */
function scriptAnswer({ outputTokens, expectedNumber, lines }: LinesTask, random: Random): string {
  const opening = expectedNumber === null ? 'Lines picked:' : String(expectedNumber);
  const left = outputTokens - countTokens(opening);
  // If there is no room for a line, the response consists of words with one token each.
  if (left < 3) return new Array<string>(outputTokens).fill('and').join(' ');
  return opening + pickLines(createLineCorpus(lines.join('\n')), random, left).text;
}

/** Position of a request in a conversation. Both numbers start at 0. */
type Place = { conversationIndex: number; turn: number };

/** Caches the positions at which conversations end, for each lane (see `placeTurn`). */
const laneEndsKept = new WeakMap<ConversationWorkload, Map<string, number[]>>();

/**
 * Finds the conversation and turn for a request. Requests go to `conversationsAtOnce` lanes in rotation, and each lane
 * contains one conversation after the other. The next turn is thus always `conversationsAtOnce` requests later.
 */
export function placeTurn(workload: ConversationWorkload, seed: number, kind: PromptKind, number: number): Place {
  const lanes = workload.conversationsAtOnce;
  const lane = number % lanes;
  const position = Math.floor(number / lanes);
  const conversationAt = (nth: number) => lane + lanes * nth;
  const ends = keepEnds(workload, `${kind}/${seed}/${lane}`);
  for (let end = ends.at(-1) ?? 0; end <= position; ends.push(end))
    end += countTurns(workload, seed, kind, conversationAt(ends.length));
  const nth = findFirstAbove(ends, position);
  return { conversationIndex: conversationAt(nth), turn: position - (ends[nth - 1] ?? 0) };
}

export function countTurns(
  { turns }: ConversationWorkload,
  seed: number,
  kind: PromptKind,
  conversationIndex: number,
): number {
  if (turns.distribution === 'fixed') return turns.value;
  return drawTokenCount(turns, createSeededRandom(seed, 'turns', kind, conversationIndex));
}

function keepEnds(workload: ConversationWorkload, key: string): number[] {
  const byKey = laneEndsKept.get(workload) ?? new Map<string, number[]>();
  laneEndsKept.set(workload, byKey);
  const ends = byKey.get(key) ?? [];
  byKey.set(key, ends);
  return ends;
}
