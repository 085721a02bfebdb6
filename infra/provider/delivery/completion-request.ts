import { z } from 'zod';

const contentSchema = z.union([
  z.string(),
  z
    .array(z.looseObject({ type: z.string(), text: z.string().default('') }))
    .transform((parts) => parts.map((part) => part.text).join('')),
]);
const tokenLimit = z.number().int().min(1).nullish();

const sharedSchema = z.looseObject({
  model: z.string().min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: tokenLimit,
  max_completion_tokens: tokenLimit,
  min_tokens: z.number().int().min(0).nullish(),
  ignore_eos: z.boolean().nullish(),
});
const messageSchema = z.looseObject({ role: z.string(), content: contentSchema.nullish() });

const schemas = {
  chat: sharedSchema.extend({ messages: z.array(messageSchema).min(1) }).transform(({ messages, ...fields }) => {
    const texts = messages.map(({ content }) => content ?? '');
    const lastAnswer = messages.findLastIndex(({ role }) => role === 'assistant');
    const askedTexts = texts.filter((_, index) => messages[index]?.role === 'system' || index > lastAnswer);
    return { ...readShared(fields), texts, askedTexts };
  }),
  completions: sharedSchema
    .extend({ prompt: z.union([z.string(), z.array(z.string()).min(1)]) })
    .transform(({ prompt, ...fields }) => {
      const texts = [prompt].flat();
      return { ...readShared(fields), texts, askedTexts: texts };
    }),
};

function readShared(fields: z.infer<typeof sharedSchema>) {
  return {
    model: fields.model,
    stream: fields.stream ?? false,
    includeUsage: fields.stream_options?.include_usage ?? false,
    maxTokens: fields.max_completion_tokens ?? fields.max_tokens ?? null,
    minTokens: fields.min_tokens ?? 0,
    ignoreEnd: fields.ignore_eos ?? false,
  };
}

/** `askedTexts`: texts of the system messages, and of all messages after the last assistant message. */
export type CompletionRequest = { kind: keyof typeof schemas } & z.infer<(typeof schemas)[keyof typeof schemas]>;

/** Parses a request body as the OpenAI API does: unknown fields are allowed. An error states the invalid field. */
export function parseCompletionRequest(
  kind: CompletionRequest['kind'],
  body: string,
): { ok: true; request: CompletionRequest } | { ok: false; fault: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { ok: false, fault: 'We could not parse the JSON body of your request.' };
  }
  const parsed = schemas[kind].safeParse(json);
  if (parsed.success) return { ok: true, request: { kind, ...parsed.data } };
  const [issue] = parsed.error.issues;
  const fault = `Invalid value for '${issue?.path.join('.') ?? ''}': ${issue?.message ?? 'not valid'}.`;
  return { ok: false, fault };
}
