import { z } from 'zod';
import type { Dialect, StreamEvent } from '../../../../shared/protocols/dialect.ts';
import { eventStream } from '../../../../shared/protocols/framing/decode-events.ts';
import { parseJsonEvent, stripEmpty } from '../../../../shared/protocols/parts/read-event.ts';
import { copyObject, joinPrompt, joinUrl } from '../../../../shared/protocols/parts/request-parts.ts';

const eventSchema = z.object({
  word: z.string().optional(),
  over: z.string().optional(),
  words: z.number().optional(),
});

export const dialect: Dialect = {
  ...eventStream,
  buildUrl: ({ baseUrl, model }) => joinUrl(baseUrl, /\/say$/, `/${model}/say`),
  buildBody: ({ target, prompt }) => ({
    question: joinPrompt(prompt),
    answer: { ...copyObject(target.body['answer']), words: prompt.maxOutputTokens },
  }),
  readEvent: (event) => parseJsonEvent(event, readWord),
  readWhole: readWord,
};

function readWord(value: unknown): StreamEvent {
  const parsed = eventSchema.safeParse(value);
  if (!parsed.success) return { malformed: true };
  const { word = '', over = '', words } = parsed.data;
  return stripEmpty({ text: word, finishReason: over, usage: words === undefined ? null : { outputTokens: words } });
}
