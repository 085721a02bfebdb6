import { z } from 'zod';

const contentSchema = z.union([
  z.string(),
  z
    .array(z.looseObject({ type: z.string(), text: z.string().default('') }))
    .transform((parts) => parts.map((part) => part.text).join('')),
]);
const tokenLimit = z.number().int().min(1).nullish();

const sharedShape = {
  model: z.string().min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: tokenLimit,
  max_completion_tokens: tokenLimit,
  min_tokens: z.number().int().min(0).nullish(),
  ignore_eos: z.boolean().nullish(),
};
const chatSchema = z.looseObject({
  ...sharedShape,
  messages: z.array(z.looseObject({ role: z.string(), content: contentSchema.nullish() })).min(1),
});
const completionsSchema = z.looseObject({
  ...sharedShape,
  prompt: z.union([z.string(), z.array(z.string()).min(1)]),
});

export type CompletionRequest = {
  kind: 'chat' | 'completions';
  model: string;
  texts: string[];
  /** Texts of the current turn: the system message and everything after the last assistant message. */
  askedTexts: string[];
  stream: boolean;
  includeUsage: boolean;
  maxTokens: number | null;
  minTokens: number;
  ignoreEnd: boolean;
};

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
  const parsed = (kind === 'chat' ? chatSchema : completionsSchema).safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const fault = `Invalid value for '${issue?.path.join('.') ?? ''}': ${issue?.message ?? 'not valid'}.`;
    return { ok: false, fault };
  }
  const fields = parsed.data;
  return {
    ok: true,
    request: {
      kind,
      model: fields.model,
      texts: listTexts(fields),
      askedTexts: listAskedTexts(fields),
      stream: fields.stream ?? false,
      includeUsage: fields.stream_options?.include_usage ?? false,
      maxTokens: fields.max_completion_tokens ?? fields.max_tokens ?? null,
      minTokens: fields.min_tokens ?? 0,
      ignoreEnd: fields.ignore_eos ?? false,
    },
  };
}

type Fields = z.infer<typeof chatSchema> | z.infer<typeof completionsSchema>;
type ChatMessage = z.infer<typeof chatSchema>['messages'][number];

function getMessages(fields: Fields): ChatMessage[] | null {
  // Both schemas allow unknown fields, so the compiler cannot distinguish them by `messages`.
  return 'messages' in fields && Array.isArray(fields.messages) ? (fields.messages as ChatMessage[]) : null;
}

function listTexts(fields: Fields): string[] {
  const messages = getMessages(fields);
  if (messages !== null) return messages.map((message) => message.content ?? '');
  const { prompt } = fields as z.infer<typeof completionsSchema>;
  return typeof prompt === 'string' ? [prompt] : prompt;
}

function listAskedTexts(fields: Fields): string[] {
  const messages = getMessages(fields);
  if (messages === null) return listTexts(fields);
  const lastAnswer = messages.findLastIndex(({ role }) => role === 'assistant');
  return messages
    .filter(({ role }, index) => role === 'system' || index > lastAnswer)
    .map((message) => message.content ?? '');
}
