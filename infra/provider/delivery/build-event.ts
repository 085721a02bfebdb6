import type { CompletionRequest } from './completion-request.ts';

export type TokenUsage = { inputTokens: number; outputTokens: number; reasoningTokens: number };
export type FinishReason = 'stop' | 'length' | 'tool_calls';

/** The JSON of one completion, in the OpenAI API's shapes: stream events and the whole. */
export type EventBuilder = {
  role(): object;
  text(text: string): object;
  reasoning(text: string): object;
  toolCall(part: string, first: boolean): object;
  finish(reason: FinishReason): object;
  usage(usage: TokenUsage): object;
  whole(text: string, reason: FinishReason, usage: TokenUsage): object;
};

export function createEventBuilder(
  request: Pick<CompletionRequest, 'kind' | 'model' | 'includeUsage'>,
  requestId: string,
  createdSeconds: number,
): EventBuilder {
  const chat = request.kind === 'chat';
  const base = { created: createdSeconds, model: request.model };
  const head = chat
    ? { id: `chatcmpl-${requestId}`, object: 'chat.completion.chunk', ...base }
    : { id: `cmpl-${requestId}`, object: 'text_completion', ...base };
  // With usage asked for, every event but the last carries an empty one.
  const tail = request.includeUsage ? { usage: null } : {};
  const delta = (fields: object, finishReason: FinishReason | null = null) => ({
    ...head,
    choices: [{ index: 0, delta: fields, logprobs: null, finish_reason: finishReason }],
    ...tail,
  });
  const plain = (text: string, finishReason: FinishReason | null) => ({
    ...head,
    choices: [{ index: 0, text, logprobs: null, finish_reason: finishReason }],
    ...tail,
  });
  const toolCall = { index: 0, id: `call_${requestId}`, type: 'function', function: { name: 'recite', arguments: '' } };
  return {
    role: () => delta({ role: 'assistant', content: '', refusal: null }),
    text: (text) => (chat ? delta({ content: text }) : plain(text, null)),
    reasoning: (text) => delta({ reasoning_content: text }),
    toolCall: (part, first) =>
      delta({
        tool_calls: [
          first
            ? { ...toolCall, function: { ...toolCall.function, arguments: part } }
            : { index: 0, function: { arguments: part } },
        ],
      }),
    finish: (reason) => (chat ? delta({}, reason) : plain('', reason)),
    usage: (usage) => ({ ...head, choices: [], usage: usageJson(usage) }),
    whole: (text, reason, usage) => ({
      ...head,
      object: chat ? 'chat.completion' : 'text_completion',
      choices: [
        chat
          ? { index: 0, message: { role: 'assistant', content: text }, logprobs: null, finish_reason: reason }
          : { index: 0, text, logprobs: null, finish_reason: reason },
      ],
      usage: usageJson(usage),
    }),
  };
}

function usageJson({ inputTokens, outputTokens, reasoningTokens }: TokenUsage) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    ...(reasoningTokens > 0 ? { completion_tokens_details: { reasoning_tokens: reasoningTokens } } : {}),
  };
}

/** An error body of the OpenAI API. */
export function errorJson(message: string, type: string, code: string | null): object {
  return { error: { message, type, param: null, code } };
}

/** One server-sent event, ended by `lineEnd` (LF or CRLF). */
export function eventText(data: object | string, lineEnd = '\n'): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}${lineEnd}${lineEnd}`;
}
