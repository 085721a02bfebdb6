import { createParser } from 'eventsource-parser';
import { z } from 'zod';

const eventSchema = z.looseObject({
  choices: z.array(
    z.looseObject({
      text: z.string().optional(),
      delta: z
        .looseObject({
          role: z.string().optional(),
          content: z.string().optional(),
          reasoning_content: z.string().optional(),
          tool_calls: z.array(z.looseObject({ function: z.looseObject({ arguments: z.string() }) })).optional(),
        })
        .optional(),
      finish_reason: z.string().nullable(),
    }),
  ),
  usage: z.looseObject({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
});

/** Reads the events of a stream (without `[DONE]`) and joins their texts. */
export function readChatStream(body: string) {
  const data: string[] = [];
  createParser({ onEvent: (event) => data.push(event.data) }).feed(body);
  const done = data.at(-1) === '[DONE]';
  const events = (done ? data.slice(0, -1) : data).map((text) => eventSchema.parse(JSON.parse(text)));
  const choices = events.flatMap((event) => event.choices);
  return {
    done,
    events,
    text: choices.map((choice) => choice.delta?.content ?? choice.text ?? '').join(''),
    reasoning: choices.map((choice) => choice.delta?.reasoning_content ?? '').join(''),
    finishReason: choices.at(-1)?.finish_reason ?? null,
    usage: events.at(-1)?.usage ?? null,
  };
}
