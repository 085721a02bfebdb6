import type { Protocol } from '../../../shared/protocols/registry.ts';
import { encodeFrame } from '../servers/encode-frame.ts';

/** Counts as a server states them. Those that are undefined are not stated. */
export type Counts = Partial<Record<'input' | 'output' | 'cached' | 'reasoning' | 'total', number | undefined>>;

/** A part of an answer. `usage` of a finish is stated in the same message. */
export type Part =
  | { kind: 'text' | 'reasoning'; words: string }
  | { kind: 'finish'; word: string; usage: Counts }
  | { kind: 'usage'; usage: Counts }
  | { kind: 'error'; message: string }
  | { kind: 'done' };

type Render = (part: Part) => string | Uint8Array | null;

const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const named = (type: string, value: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`;

const openaiUsage = ({ input, output, cached, reasoning, total }: Counts) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: total,
  ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
  ...(reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
});

/** Renders the parts that the protocols with `choices` have in common. */
const renderChoices =
  (toChoice: (key: 'text' | 'reasoning', words: string) => object): Render =>
  (part) => {
    if (part.kind === 'done') return 'data: [DONE]\n\n';
    if (part.kind === 'error') return event({ error: { code: 'overloaded', message: part.message } });
    if (part.kind === 'usage') return event({ choices: [], usage: openaiUsage(part.usage) });
    if (part.kind === 'finish') {
      const choice = { index: 0, ...toChoice('text', ''), finish_reason: part.word };
      return event({ choices: [choice], usage: openaiUsage(part.usage) });
    }
    return event({ choices: [{ index: 0, ...toChoice(part.kind, part.words), finish_reason: null }] });
  };

const chat = renderChoices((key, words) => ({
  delta: key === 'text' ? { content: words } : { reasoning_content: words },
}));

const renderResponses: Render = (part) => {
  if (part.kind === 'error')
    return named('response.failed', { response: { status: 'failed', error: { code: 'e', message: part.message } } });
  if (part.kind === 'text') return named('response.output_text.delta', { delta: part.words });
  if (part.kind === 'reasoning') return named('response.reasoning_text.delta', { delta: part.words });
  if (part.kind !== 'finish') return null;
  const { input, output, cached, reasoning, total } = part.usage;
  const usage = {
    input_tokens: input,
    output_tokens: output,
    total_tokens: total,
    ...(cached === undefined ? {} : { input_tokens_details: { cached_tokens: cached } }),
    ...(reasoning === undefined ? {} : { output_tokens_details: { reasoning_tokens: reasoning } }),
  };
  return named('response.incomplete', {
    response: { status: 'incomplete', incomplete_details: { reason: part.word }, usage },
  });
};

const renderAnthropic: Render = (part) => {
  const toUsage = ({ input, output, cached }: Counts) => ({
    input_tokens: input,
    output_tokens: output,
    cache_read_input_tokens: cached,
  });
  if (part.kind === 'done') return named('message_stop', {});
  if (part.kind === 'error') return named('error', { error: { type: 'overloaded_error', message: part.message } });
  if (part.kind === 'usage') return named('message_delta', { delta: {}, usage: toUsage(part.usage) });
  if (part.kind === 'finish')
    return named('message_delta', { delta: { stop_reason: part.word }, usage: toUsage(part.usage) });
  const delta = part.kind === 'text' ? { type: 'text_delta', text: part.words } : toThinking(part.words);
  return named('content_block_delta', { index: 0, delta });
};
const toThinking = (words: string) => ({ type: 'thinking_delta', thinking: words });

const renderTgi: Render = (part) => {
  if (part.kind === 'error') return event({ error: part.message, error_type: 'overloaded' });
  if (part.kind === 'text') return event({ token: { text: part.words, special: false }, generated_text: null });
  if (part.kind !== 'finish') return null;
  const details = {
    finish_reason: part.word,
    generated_tokens: part.usage.output,
    input_length: part.usage.input,
  };
  return event({ token: { text: '', special: true }, generated_text: 'all of it', details });
};

const renderGemini: Render = (part) => {
  const toUsage = ({ input, output, cached, reasoning, total }: Counts) => ({
    promptTokenCount: input,
    candidatesTokenCount: output,
    cachedContentTokenCount: cached,
    thoughtsTokenCount: reasoning,
    totalTokenCount: total,
  });
  const toChunk = (candidate: object, more: object = {}) =>
    event({ candidates: [{ index: 0, ...candidate }], ...more });
  if (part.kind === 'error') return event({ error: { code: 503, message: part.message, status: 'UNAVAILABLE' } });
  if (part.kind === 'usage') return event({ usageMetadata: toUsage(part.usage) });
  if (part.kind === 'finish') return toChunk({ finishReason: part.word }, { usageMetadata: toUsage(part.usage) });
  if (part.kind === 'done') return null;
  const thought = part.kind === 'reasoning' ? { thought: true } : {};
  return toChunk({ content: { parts: [{ text: part.words, ...thought }] } });
};

const renderBedrock: Render = (part) => {
  if (part.kind === 'error')
    return encodeFrame({ exception: 'modelStreamErrorException', payload: { message: part.message } });
  if (part.kind === 'finish') return encodeFrame({ event: 'messageStop', payload: { stopReason: part.word } });
  if (part.kind === 'usage') {
    const { input, output, cached, total } = part.usage;
    const usage = { inputTokens: input, outputTokens: output, cacheReadInputTokens: cached, totalTokens: total };
    return encodeFrame({ event: 'metadata', payload: { usage } });
  }
  if (part.kind === 'done') return null;
  const delta = part.kind === 'text' ? { text: part.words } : { reasoningContent: { text: part.words } };
  return encodeFrame({ event: 'contentBlockDelta', payload: { delta } });
};

const renderSagemaker: Render = (part) => {
  const payload = chat(part);
  return payload === null ? null : encodeFrame({ event: 'PayloadPart', payload });
};

/** How a protocol writes its parts. `endsByFinish`: it has no end marker, and anything may follow the finish. */
export const protocolParts: readonly { protocol: Protocol; render: Render; endsByFinish: boolean }[] = [
  { protocol: 'openai-chat', render: chat, endsByFinish: false },
  {
    protocol: 'openai-completions',
    render: renderChoices((key, words) => (key === 'text' ? { text: words } : { text: '', reasoning: words })),
    endsByFinish: false,
  },
  { protocol: 'openai-responses', render: renderResponses, endsByFinish: false },
  { protocol: 'anthropic-messages', render: renderAnthropic, endsByFinish: false },
  { protocol: 'tgi', render: renderTgi, endsByFinish: false },
  { protocol: 'gemini', render: renderGemini, endsByFinish: true },
  { protocol: 'vertex', render: renderGemini, endsByFinish: true },
  { protocol: 'bedrock-converse', render: renderBedrock, endsByFinish: true },
  { protocol: 'sagemaker', render: renderSagemaker, endsByFinish: false },
];

/** Returns whether a part ends the answer, so that nothing after it is read. */
export function isEnd(protocol: Protocol, { kind }: Part): boolean {
  if (protocol === 'openai-responses' || protocol === 'tgi') return kind === 'finish';
  return kind === 'done' && protocol !== 'gemini' && protocol !== 'vertex' && protocol !== 'bedrock-converse';
}
