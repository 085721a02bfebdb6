import { createLineCorpus } from '../../corpora/line-corpus.ts';
import { pickLines } from '../../corpora/pick-lines.ts';
import { sonnetCorpus } from '../../corpora/sonnet-corpus.ts';
import { type Random, seededRandom } from '../../distributions/seeded-random.ts';
import { countLeastTokens, drawLinesTask, type LinesTask } from '../../parts/lines-task.ts';
import type { Prompt, PromptKind } from '../../prompt.ts';
import { countTokens } from '../../tokenizers/count-tokens.ts';
import type { ConversationWorkload } from './conversation-schema.ts';
import { type Place, placeTurn } from './place-turn.ts';

/**
 * Builds one turn of a conversation with all that was said before it. Earlier answers are scripted: of the size that was
 * asked for, written ahead from the lines of their own turn. So the prompt depends on nothing that a model says, and turn 3
 * is the same request for every target. Of a live conversation it is the first turn: see `buildNextLivePrompt`.
 */
export function buildConversationPrompt(
  workload: ConversationWorkload,
  seed: number,
  kind: PromptKind,
  number: number,
): Prompt {
  // What is said after a live answer is not known before it: by itself, each number is the first turn of a conversation.
  const isLive = workload.history === 'live';
  const place = isLive ? { conversationIndex: number, turn: 0 } : placeTurn(workload, seed, kind, number);
  const messages: Prompt['messages'] = [];
  let inputTokens = 0;
  const say = (role: 'system' | 'user' | 'assistant', content: string, tokens: number) => {
    messages.push({ role, content });
    inputTokens += tokens;
  };
  if (workload.system !== undefined) say('system', workload.system, countTokens(workload.system));
  for (let turn = 0; turn < place.turn; turn++) {
    const { said, answer } = earlierTurn(workload, seed, kind, { ...place, turn });
    say('user', said.content, said.inputTokens);
    say('assistant', answer, said.outputTokens);
  }
  const asked = drawTurn(workload, seed, kind, place);
  say('user', asked.content, asked.inputTokens);
  return {
    messages,
    inputTokens,
    ...describeAsked(asked),
    ...(isLive ? {} : { requestedInputTokens: inputTokens }),
    conversationIndex: place.conversationIndex,
    turn: place.turn + 1,
  };
}

/** Builds the turn after a live one: all that was said, the model's answer, and what the user says next. */
export function buildNextLivePrompt(
  workload: ConversationWorkload,
  seed: number,
  prior: Prompt,
  answer: string,
): Prompt {
  const { conversationIndex = 0, turn = 1, messages } = prior;
  const asked = drawTurn(workload, seed, 'measured', { conversationIndex, turn });
  return {
    messages: [...messages, { role: 'assistant', content: answer }, { role: 'user', content: asked.content }],
    inputTokens: prior.inputTokens + countTokens(answer) + asked.inputTokens,
    ...describeAsked(asked),
    conversationIndex,
    turn: turn + 1,
  };
}

function describeAsked({ outputTokens, expectedNumber, lines }: LinesTask) {
  return { maxOutputTokens: outputTokens, expectedNumber, inputLines: lines };
}

type Earlier = { said: LinesTask; answer: string };

/** A conversation comes back turn after turn: what was said is kept, for as many turns as this. */
const mostKeptTurns = 5_000;
const earlierKept = new WeakMap<ConversationWorkload, Map<string, Earlier>>();

function earlierTurn(workload: ConversationWorkload, seed: number, kind: PromptKind, place: Place): Earlier {
  const kept = earlierKept.get(workload) ?? new Map<string, Earlier>();
  earlierKept.set(workload, kept);
  const key = `${kind}/${seed}/${place.conversationIndex}/${place.turn}`;
  const found = kept.get(key);
  if (found !== undefined) return found;
  const said = drawTurn(workload, seed, kind, place);
  const random = seededRandom(seed, 'scripted-answer', kind, place.conversationIndex, place.turn);
  const earlier = { said, answer: scriptAnswer(said, random) };
  if (kept.size >= mostKeptTurns) kept.clear();
  kept.set(key, earlier);
  return earlier;
}

/** What the user says in one turn: only the first needs words of its own where the cache is to be cold. */
function drawTurn(workload: ConversationWorkload, seed: number, kind: PromptKind, place: Place): LinesTask {
  const { conversationIndex, turn } = place;
  const randomFor = (purpose: string) => seededRandom(seed, purpose, kind, conversationIndex, turn);
  const cache = turn === 0 ? workload.cache : 'warm';
  return drawLinesTask({ ...workload, cache }, randomFor, countLeastTokens(workload), sonnetCorpus());
}

/** Writes an answer of exactly the size asked for: the number, then lines that were offered, in another order. */
function scriptAnswer({ outputTokens, expectedNumber, lines }: LinesTask, random: Random): string {
  const opening = expectedNumber === null ? 'Lines picked:' : String(expectedNumber);
  const left = outputTokens - countTokens(opening);
  // No room for a line: words of one token each.
  if (left < 3) return new Array<string>(outputTokens).fill('and').join(' ');
  return opening + pickLines(createLineCorpus(lines.join('\n')), random, left).text;
}
