import type { ModelConfig } from '../config/provider-config.ts';
import { drawNormal, drawUniform, type Random } from '../engine/draw-factor.ts';
import type { Task } from './read-task.ts';
import { type Token, tokenizeNextLine, tokenizeText } from './tokenize-text.ts';

export type Answer = { tokens: Token[]; finishReason: 'stop' | 'length'; numberIsRight: boolean | null };

export type AnswerLimits = { maxTokens: number | null; minTokens: number; ignoreEnd: boolean };

/** What the model says where the prompt gives it no lines to pick from. */
const ownLines = [
  'A measured answer takes its time and says so.',
  'Some words come quickly, others wait for their turn.',
  'The first of them is awaited most of all.',
  'What follows comes at an even pace, one after another.',
  'Nobody counts them but the one who pays for them.',
  'And when the last has gone, the line falls silent.',
];

/**
 * Answers as a model does that does what it is told: the number in digits first, then lines of the prompt up to about
 * the wished length, ending at a line's end; cut exactly at the token limit.
 */
export function composeAnswer(task: Task, limits: AnswerLimits, output: ModelConfig['output'], random: Random): Answer {
  const numberIsRight = task.number === null ? null : drawUniform(random) < output.correctRate;
  const number = task.number === null ? '' : numberIsRight ? `${task.number}` : misread(task.number, random);
  const tokens = tokenizeText(number);
  if (task.number === null || task.lines.length > 0 || limits.ignoreEnd || limits.minTokens > tokens.length)
    addLines(tokens, task, naturalLength(task, limits, output, random), random);
  const { maxTokens } = limits;
  if (maxTokens !== null && tokens.length > maxTokens)
    return { tokens: tokens.slice(0, maxTokens), finishReason: 'length', numberIsRight };
  return { tokens, finishReason: 'stop', numberIsRight };
}

type Length = { tokens: number; lines: number };

function naturalLength(task: Task, limits: AnswerLimits, output: ModelConfig['output'], random: Random): Length {
  const share = Math.max(0.1, output.lengthMean + output.lengthStddev * drawNormal(random));
  if (limits.ignoreEnd && limits.maxTokens !== null)
    return { tokens: limits.maxTokens, lines: Number.POSITIVE_INFINITY };
  if (task.wishedLines !== null && task.wishedTokens === null)
    return { tokens: limits.minTokens, lines: task.wishedLines };
  const limit = task.lines.length > 0 ? limits.maxTokens : null;
  const wished = task.wishedTokens ?? limit ?? output.defaultTokens;
  return { tokens: Math.max(limits.minTokens, Math.round(wished * share)), lines: 0 };
}

/** Adds whole lines until both lengths are reached. */
function addLines(tokens: Token[], task: Task, length: Length, random: Random): void {
  const lines = task.lines.length > 0 ? task.lines : ownLines;
  const wantsLines = Number.isFinite(length.lines) ? length.lines : 0;
  let picked = 0;
  let place = Math.floor(drawUniform(random) * lines.length);
  while (tokens.length < length.tokens || picked < wantsLines) {
    const line = lines[place % lines.length] ?? '';
    tokens.push(...(tokens.length === 0 ? tokenizeText(line) : tokenizeNextLine(line)));
    picked += 1;
    // A stride that skips some lines: picked, not copied.
    place += 1 + Math.floor(drawUniform(random) * 3);
  }
}

/** One digit is read wrong. */
function misread(number: number, random: Random): string {
  const digits = String(number);
  const place = Math.floor(drawUniform(random) * digits.length);
  const wrong = (Number(digits[place]) + 1 + Math.floor(drawUniform(random) * 9)) % 10;
  return `${digits.slice(0, place)}${wrong}${digits.slice(place + 1)}`;
}
