import { defineMetrics, overOk } from './metric-definition.ts';

const overReported = `${overOk} and report it`;
const overBoth = `${overOk} and have both`;
const overDrawn = `${overOk} of a workload that draws an input size`;
const overTurns = `${overOk}, of a conversation, and whose earlier turn is ok`;
const overOpened = 'measured requests that opened a connection';

export const answerDefinitions = {
  ...defineMetrics('share', 'answer', overOk, {
    checksumAnyOkRate: [
      'answers with any integer that equals the requested number / answers checked',
      'The more lenient rule of LLMPerf version 2.',
    ],
    linesFromInput: [
      'answer lines close to a line of the input / answer lines',
      'The second check of the answers: whether the model picks lines of the poem, as instructed.',
    ],
  }),
  ...defineMetrics('ratio', 'tokenizer', overOk, {
    outputAttainment: [
      'Σ outputTokens / Σ requested output tokens',
      'How much of the requested output length arrived.',
    ],
  }),
  ...defineMetrics('share', 'instants', overOk, {
    slowFirstTokenShare: [
      'requests with ttftMs > 3,000 / requests with a ttftMs',
      '`overloaded` is true above 0.05, a rule of thumb of LLMPerf.',
    ],
  }),
  ...defineMetrics('tokens', 'usage', overReported, {
    usageInputTokens: ['input tokens of `usage`', "The server's count of the prompt, its template included."],
    usageOutputTokens: ['output tokens of `usage`', "The server's count of the output."],
    usageCachedTokens: [
      'cached input tokens of `usage`',
      "Input tokens that the server took from its cache; part of the server's input tokens.",
    ],
    usageReasoningTokens: [
      'reasoning tokens of `usage`',
      "Output tokens spent on reasoning; part of the server's output tokens.",
    ],
  }),
  ...defineMetrics('share', 'usage', `${overOk} and report both`, {
    cachedInputShare: [
      'Σ usageCachedTokens / Σ usageInputTokens',
      'Shows whether the cache was cold or warm: 0 if nothing came from a cache, null if the server does not report it.',
    ],
  }),
  ...defineMetrics('share', 'usage', overReported, {
    cachedRequestShare: [
      'requests with cached input tokens / requests whose usage reports them',
      'Share of requests with any part of their prompt in a cache.',
    ],
  }),
  ...defineMetrics('ms', 'instants', overTurns, {
    pauseMs: [
      'start of the turn − end of the turn before it, on the wall clock',
      'For each turn of a conversation: the time that a cache had; below 0 if the turns overlap.',
    ],
  }),
  ...defineMetrics('share', 'instants', overTurns, {
    overlapShare: [
      'turns that started before the turn before them had ended / turns',
      'For each turn of a conversation: above 0, a cache could not yet have the whole conversation.',
    ],
  }),
  ...defineMetrics('tokens', 'tokenizer', overDrawn, {
    requestedInputTokens: [
      'input tokens that the workload drew',
      'The requested size, to compare with inputTokens. They differ only for llmperf-v2, which misses the size.',
    ],
  }),
  ...defineMetrics('ratio', 'tokenizer', overDrawn, {
    inputAttainment: [
      'Σ inputTokens / Σ requestedInputTokens',
      'How much of the requested input length the prompts have.',
    ],
  }),
  ...defineMetrics('ratio', 'usage', overBoth, {
    usageToTokenizerInput: [
      'Σ usageInputTokens / Σ inputTokens',
      'Input tokens that the server counts per token of the tokenizer.',
    ],
    usageToTokenizerOutput: [
      'Σ usageOutputTokens / Σ outputTokens',
      'Output tokens that the server counts per token of the tokenizer.',
    ],
  }),
  ...defineMetrics('tokens/event', 'tokenizer', overOk, {
    tokensPerChunk: [
      'Σ outputTokens / Σ output events',
      'Far from 1, chunkGapMs says little about the time between tokens; use tpotMs.',
    ],
  }),
  ...defineMetrics('events/read', 'chunks', overOk, {
    chunksPerRead: [
      'Σ output events / Σ reads of the body',
      'Well above 1, something between the model and this service buffers events.',
    ],
  }),
  ...defineMetrics('share', 'chunks', overOk, {
    unstreamedShare: [
      'requests whose whole output came at one instant / requests with N ≥ 2',
      'Such requests have no real TTFT, because the answer was not streamed.',
    ],
  }),
};

/** Metrics about failures, warm-up and opening connections, which the latencies of successful requests exclude. */
export const excludedDefinitions = {
  ...defineMetrics('ms', 'instants', 'measured requests that failed', {
    failureOpenMs: [
      'end − start (or due, if the request did not reach the socket)',
      'How long failures took. Latencies of good requests exclude it.',
    ],
  }),
  ...defineMetrics('ms', 'instants', 'measured requests that failed after output had begun', {
    failureTtftMs: ['first output event − start', 'TTFT of failures, separate from ttftMs.'],
  }),
  ...defineMetrics('ms', 'instants', 'measured requests that failed with such a header', {
    retryAfterMs: [
      'Retry-After of the answer',
      'Waits that the target requested. They are only reported, because nothing is sent again.',
    ],
  }),
  ...defineMetrics('ms', 'instants', 'warm-up requests that are ok', {
    firstTtftMs: [
      'ttftMs of the warm-up request that started first',
      'The time of a cold start. No other metric includes warm-up requests.',
    ],
  }),
  ...defineMetrics('ms', 'instants', overOpened, {
    dnsMs: [
      'duration of the name look-up',
      'Separate from TTFT, which starts when the request is handed to the open socket.',
    ],
    connectMs: ['duration of the TCP connect', 'Separate from TTFT.'],
    tlsMs: ['duration of the TLS handshake', 'Separate from TTFT.'],
  }),
};
