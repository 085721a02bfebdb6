import { defineMetrics, overOk } from './metric-definition.ts';

const overReported = `${overOk} that report it`;
const overBoth = `${overOk} with both counts`;
const overDrawn = `${overOk}, if the workload draws input sizes`;
const overTurns = 'successful turns that follow a successful turn of the same conversation';
const overOpened = 'measured requests that opened a connection';

export const answerDefinitions = {
  ...defineMetrics('share', 'answer', overOk, {
    checksumAnyOkRate: [
      'responses with any integer that equals the requested number / responses checked',
      'Share of correct responses by the more lenient rule of LLMPerf version 2.',
    ],
    linesFromInput: [
      'response lines close to a line of the input / response lines',
      'Share of the response’s lines that come from the poem in the prompt, as instructed.',
    ],
  }),
  ...defineMetrics('ratio', 'tokenizer', overOk, {
    outputAttainment: [
      'Σ outputTokens / Σ requested output tokens',
      'The received output length as a ratio of the requested length.',
    ],
  }),
  ...defineMetrics('share', 'instants', overOk, {
    slowFirstTokenShare: [
      'requests with ttftMs > 3,000 / requests with a ttftMs',
      'The report field `overloaded` is true if this share is above 0.05, a rule of thumb of LLMPerf.',
    ],
  }),
  ...defineMetrics('tokens', 'usage', overReported, {
    usageInputTokens: [
      'input tokens of `usage`',
      "The server's token count of the prompt, including the server's template.",
    ],
    usageOutputTokens: ['output tokens of `usage`', "The server's token count of the output."],
    usageCachedTokens: [
      'cached input tokens of `usage`',
      "Input tokens that the server took from its cache; part of the server's input tokens.",
    ],
    usageReasoningTokens: [
      'reasoning tokens of `usage`',
      "Output tokens spent on reasoning; part of the server's output tokens.",
    ],
  }),
  ...defineMetrics('share', 'usage', `${overOk} that report both counts`, {
    cachedInputShare: [
      'Σ usageCachedTokens / Σ usageInputTokens',
      'Share of the input tokens that came from a cache: 0 if none did, null if the server does not report it.',
    ],
  }),
  ...defineMetrics('share', 'usage', overReported, {
    cachedRequestShare: [
      'requests with one or more cached input tokens / requests whose usage reports cached input tokens',
      'Share of requests whose prompt was at least partly in a cache.',
    ],
  }),
  ...defineMetrics('ms', 'instants', overTurns, {
    pauseMs: [
      'start of the turn − end of the previous turn, on the wall clock',
      'Time between the end of a turn and the start of the next one, in which a cache can store the conversation. It is negative if the turns overlap.',
    ],
  }),
  ...defineMetrics('share', 'instants', overTurns, {
    overlapShare: [
      'turns that started before the previous turn ended / turns',
      'Share of overlapping turns. If it is above 0, some turns started before a cache could contain the whole conversation.',
    ],
  }),
  ...defineMetrics('tokens', 'tokenizer', overDrawn, {
    requestedInputTokens: [
      'input tokens that the workload drew',
      'Requested prompt length, to compare with inputTokens. They differ only for the `llmperf-v2` workload, whose prompts do not have exactly the requested size.',
    ],
  }),
  ...defineMetrics('ratio', 'tokenizer', overDrawn, {
    inputAttainment: [
      'Σ inputTokens / Σ requestedInputTokens',
      'The length of the prompts as a ratio of the requested length.',
    ],
  }),
  ...defineMetrics('ratio', 'usage', overBoth, {
    usageToTokenizerInput: [
      'Σ usageInputTokens / Σ inputTokens',
      "The server's input token count divided by the tokenizer's count.",
    ],
    usageToTokenizerOutput: [
      'Σ usageOutputTokens / Σ outputTokens',
      "The server's output token count divided by the tokenizer's count.",
    ],
  }),
  ...defineMetrics('tokens/event', 'tokenizer', overOk, {
    tokensPerChunk: ['Σ outputTokens / Σ output events', 'Mean number of tokens per output event, by the tokenizer.'],
  }),
  ...defineMetrics('tokens/event', 'usage', overReported, {
    usageTokensPerChunk: [
      'Σ usageOutputTokens / Σ output events',
      'Mean number of tokens per output event, by the server’s own count. If it is far from 1, chunkGapMs says little about the time between tokens. Use tpotMs instead.',
    ],
  }),
  ...defineMetrics('events/read', 'chunks', overOk, {
    chunksPerRead: [
      'Σ output events / Σ reads of the body',
      'Mean number of output events per read. If it is well above 1, events are buffered on the way from the model to Tokenmeter.',
    ],
  }),
  ...defineMetrics('share', 'chunks', overOk, {
    unstreamedShare: [
      'requests whose whole output arrived at once / requests with N ≥ 2',
      'Share of responses that were not streamed. Their TTFT equals their end-to-end latency.',
    ],
  }),
};

/** Metrics of failures, warm-up and opening connections. The latencies of successful requests exclude all three. */
export const excludedDefinitions = {
  ...defineMetrics('ms', 'instants', 'measured requests that failed', {
    failureOpenMs: [
      'end − start (or due, if the request did not reach the socket)',
      'How long failed requests took. No latency metric includes them.',
    ],
  }),
  ...defineMetrics('ms', 'instants', 'measured requests that failed after output had begun', {
    failureTtftMs: ['first output event − start', 'TTFT of failed requests. ttftMs does not include them.'],
  }),
  ...defineMetrics('ms', 'instants', 'measured requests that failed with a Retry-After header', {
    retryAfterMs: [
      'Retry-After header of the response',
      'Wait times that the target requested. Tokenmeter only reports them; it never retries.',
    ],
  }),
  ...defineMetrics('ms', 'instants', 'successful warm-up requests', {
    firstTtftMs: [
      'ttftMs of the warm-up request that started first',
      'TTFT of a cold start. No other latency metric includes warm-up requests.',
    ],
  }),
  ...defineMetrics('ms', 'instants', overOpened, {
    dnsMs: [
      'duration of the DNS lookup',
      'Not included in TTFT, which starts when the request is handed to the open socket.',
    ],
    connectMs: ['duration of the TCP connect', 'Not included in TTFT.'],
    tlsMs: ['duration of the TLS handshake', 'Not included in TTFT.'],
  }),
};
