import { expect, test } from 'vitest';
import { createMeasure } from '../../../functions/worker/measure-batch.ts';
import { createRecorder, describeSecrets } from '../../../functions/worker/record-exchanges.ts';
import { createAnswerLimits } from '../../../shared/measure/read-answer.ts';
import { storedTargetSchema } from '../../../shared/spec/target.ts';
import { noSecrets } from '../../../shared/spec/target-secrets.ts';
import type { Prompt } from '../../../shared/workload/prompt.ts';
import { makeRun } from '../../contract/make-record.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';
import { makeExchange } from '../../support/factories/make-exchange.ts';
import { done, finish, text } from '../../support/servers/scripted-responses.ts';
import { createRecordingLogger } from '../../support/simulation/recording-logger.ts';

test('the next turn of a conversation never waits until the exchange of the turn before is recorded', async () => {
  const dialect = getDialect('openai-chat');
  const target = storedTargetSchema.parse({ id: 'a', baseUrl: 'https://a.example', model: 'm', credentialId: null });
  const { signal: loss } = new AbortController();
  const held = Promise.withResolvers<boolean>();
  const stored: string[] = [];
  const exchanges = {
    reserve: () => held.promise,
    put: async (_ownerId: string, { exchangeId }: { exchangeId: string }) => void stored.push(exchangeId),
    list: async () => [],
    get: async () => null,
  };
  const recorder = createRecorder(
    { exchanges, logger: createRecordingLogger() },
    {
      run: makeRun(),
      stage: { stageIndex: 0, targetIndex: 0, promptOffset: 0, requests: 8 },
      ...{ attempt: 1, firstCount: 8, originWallMs: 0, loss },
      context: describeSecrets(target, noSecrets, null, dialect),
    },
  );
  const prompt: Prompt = { messages: [], inputTokens: 1, maxOutputTokens: 8, expectedNumber: null, inputLines: null };
  const answers: (string | null)[] = [];
  const source = {
    promptOf: () => prompt,
    settle: (_sample: unknown, answer: string | null) => void answers.push(answer),
  };
  const limits = createAnswerLimits(1_000_000);
  const context = { batchIndex: 0, attempt: 1, originWallMs: 0, dialect, secrets: [], stallTimeoutMs: 5_000, limits };
  const { measure } = createMeasure(8, source, [], context, recorder, loss);
  for (const index of [0, 1]) await measure(makeExchange([text('Hi'), finish, done], { index }));
  expect([answers, stored]).toEqual([['Hi', 'Hi'], []]);
  held.resolve(true);
  await recorder.drain();
  expect(stored).toEqual(['0-0-1', '0-1-1']);
});
