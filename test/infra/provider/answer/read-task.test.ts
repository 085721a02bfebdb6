import { describe, expect, test } from 'vitest';
import { readTask } from '../../../../infra/provider/answer/read-task.ts';
import { writeNumberTask } from '../../../../shared/workload/parts/write-task-parts.ts';
import { buildPrompt, type Workload } from '../../../../shared/workload/workload.ts';

const workload: Extract<Workload, { kind: 'sonnet' }> = {
  kind: 'sonnet',
  inputTokens: { distribution: 'uniform', min: 200, max: 900 },
  outputTokens: { distribution: 'uniform', min: 20, max: 300 },
  checksum: true,
  cache: 'cold',
};

describe('readTask', () => {
  test("reads the number, the requested length, and only lines of the poem from the product's prompts", () => {
    for (let index = 0; index < 200; index++) {
      const prompt = buildPrompt(workload, 7, 'measured', index);
      const task = readTask(prompt.messages.map((message) => message.content));
      expect(task.number).toBe(prompt.expectedNumber);
      expect(task.wishedTokens).toBe(prompt.maxOutputTokens);
      const offered = new Set(prompt.inputLines);
      expect(task.lines.length).toBeGreaterThan(3);
      expect(task.lines.filter((line) => !offered.has(line))).toEqual([]);
    }
  });

  test('finds no number without a checksum task, even if the verses contain numbers', () => {
    const prompt = buildPrompt({ ...workload, checksum: false }, 7, 'measured', 1);
    expect(readTask(prompt.messages.map((message) => message.content)).number).toBeNull();
  });

  test('finds no lines in a prompt with only the number task', () => {
    expect(readTask([writeNumberTask(1_234)])).toEqual({
      number: 1_234,
      lines: [],
      wishedTokens: null,
      wishedLines: null,
    });
  });

  test('reads both wordings of LLMPerf', () => {
    const verses = 'fair sweet rose of may\n\nthe rain it raineth every day\n\nwith hey ho the wind';
    const first = readTask([
      'You are a helpful assistant.',
      `Convert the words to a number: seven hundred and six.\nPrint the number first. Then pick 7 lines from these poem lines:\n${verses}`,
    ]);
    expect(first).toMatchObject({ number: 706, wishedLines: 7, wishedTokens: null });
    expect(first.lines).toHaveLength(3);
    const second = readTask([`Randomly stream lines from the following text with 150 output tokens:\n\n${verses}`]);
    expect(second).toMatchObject({ number: null, wishedTokens: 150 });
    expect(second.lines).toHaveLength(3);
  });

  test('finds no task in any other prompt', () => {
    expect(readTask(['Explain tail latency in one sentence.'])).toEqual({
      number: null,
      lines: [],
      wishedTokens: null,
      wishedLines: null,
    });
  });
});
