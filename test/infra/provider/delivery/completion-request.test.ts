import { describe, expect, test } from 'vitest';
import { readTask } from '../../../../infra/provider/answer/read-task.ts';
import { parseCompletionRequest } from '../../../../infra/provider/delivery/completion-request.ts';
import { runSpecInputSchema } from '../../../../shared/spec/run-spec.ts';
import { buildPrompt } from '../../../../shared/workload/workload.ts';

const { workload } = runSpecInputSchema.parse({
  targets: [{ baseUrl: 'https://a.example.com', model: 'm' }],
  workload: { kind: 'conversation', conversationsAtOnce: 2, system: 'You answer briefly.' },
});

describe('parseCompletionRequest', () => {
  test('reads the task from the last turn of a conversation and the size from all turns', () => {
    for (let number = 0; number < 16; number++) {
      const prompt = buildPrompt(workload, 117, 'measured', number);
      const parsed = parseCompletionRequest('chat', JSON.stringify({ model: 'm', messages: prompt.messages }));
      if (!parsed.ok) throw new Error(parsed.fault);
      expect(parsed.request.texts).toEqual(prompt.messages.map(({ content }) => content));
      const task = readTask(parsed.request.askedTexts);
      expect(task).toMatchObject({ number: prompt.expectedNumber, wishedTokens: prompt.maxOutputTokens });
      const offered = new Set(prompt.inputLines);
      expect(task.lines.filter((line) => !offered.has(line))).toEqual([]);
    }
  });

  test('keeps a prompt without roles unchanged', () => {
    const parsed = parseCompletionRequest('completions', JSON.stringify({ model: 'm', prompt: ['one', 'two'] }));
    expect(parsed).toMatchObject({ ok: true, request: { texts: ['one', 'two'], askedTexts: ['one', 'two'] } });
  });
});
