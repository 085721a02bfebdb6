import type { ModelConfig } from '../config/provider-config.ts';
import { drawNormal, drawUniform, type Random } from '../engine/draw-stream.ts';
import type { Task } from './read-task.ts';
import { type Token, tokenizeNextLine, tokenizeText } from './tokenize-text.ts';

export type Answer = { tokens: Token[]; finishReason: 'stop' | 'length'; numberIsRight: boolean | null };

export type AnswerLimits = { maxTokens: number | null; minTokens: number; ignoreEnd: boolean };

/** Lines from which the simulated model composes its answer if the prompt contains no lines. */
const ownLines = [
  'A measured answer takes its time and says so.',
  'Some words come quickly, others wait for their turn.',
  'The first of them is awaited most of all.',
  'What follows comes at an even pace, one after another.',
  'Nobody counts them but the one who pays for them.',
  'And when the last has gone, the line falls silent.',
];

/**
 * Composes the answer of a model that follows instructions: the number in digits, then whole lines of the prompt. The
 * answer has about the requested length and is cut at the token limit.
 */
export function composeAnswer(task: Task, limits: AnswerLimits, output: ModelConfig['output'], random: Random): Answer {
  const numberIsRight = task.number === null ? null : drawUniform(random) < output.correctRate;
  const number = task.number === null ? '' : numberIsRight ? `${task.number}` : misread(task.number, random);
  const tokens = tokenizeText(number);
  if (task.number === null || task.lines.length > 0 || limits.ignoreEnd || limits.minTokens > tokens.length)
    addLines(tokens, task, drawLength(task, limits, output, random), random);
  const { maxTokens } = limits;
  if (maxTokens !== null && tokens.length > maxTokens)
    return { tokens: tokens.slice(0, maxTokens), finishReason: 'length', numberIsRight };
  return { tokens, finishReason: 'stop', numberIsRight };
}

type Length = { tokens: number; lines: number };

function drawLength(task: Task, limits: AnswerLimits, output: ModelConfig['output'], random: Random): Length {
  const share = Math.max(0.1, output.lengthMean + output.lengthStddev * drawNormal(random));
  if (limits.ignoreEnd && limits.maxTokens !== null) return { tokens: limits.maxTokens, lines: 0 };
  if (task.wishedLines !== null && task.wishedTokens === null)
    return { tokens: limits.minTokens, lines: task.wishedLines };
  const limit = task.lines.length > 0 ? limits.maxTokens : null;
  const wished = task.wishedTokens ?? limit ?? output.defaultTokens;
  return { tokens: Math.max(limits.minTokens, Math.round(wished * share)), lines: 0 };
}

function addLines(tokens: Token[], task: Task, length: Length, random: Random): void {
  const lines = task.lines.length > 0 ? task.lines : ownLines;
  let picked = 0;
  let place = Math.floor(drawUniform(random) * lines.length);
  while (tokens.length < length.tokens || picked < length.lines) {
    const line = lines[place % lines.length] ?? '';
    tokens.push(...(tokens.length === 0 ? tokenizeText(line) : tokenizeNextLine(line)));
    picked += 1;
    // Skips up to two lines at random, because a real model also selects only some of the lines.
    place += 1 + Math.floor(drawUniform(random) * 3);
  }
}

/** Replaces one digit of the number with another, to simulate a wrong answer. */
function misread(number: number, random: Random): string {
  const digits = String(number);
  const place = Math.floor(drawUniform(random) * digits.length);
  const wrong = (Number(digits[place]) + 1 + Math.floor(drawUniform(random) * 9)) % 10;
  return `${digits.slice(0, place)}${wrong}${digits.slice(place + 1)}`;
}
