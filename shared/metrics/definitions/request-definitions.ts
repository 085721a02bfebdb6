import type { RequestMetricName, StageMetricName } from '../../metric-names.ts';
import { defineMetrics, type MetricDefinition, overIssued, overOk } from './metric-definition.ts';

export const requestDefinitions = {
  ...defineMetrics('ms', 'instants', overOk, {
    ttftMs: [
      'first output event − start',
      'Time to first token. An output event has text, reasoning text or tool-call arguments; role-only and empty events do not count.',
    ],
    ttfoMs: ['first event with answer text − start', 'Time to first visible output; reasoning does not count.'],
    e2eLatencyMs: [
      'last output event − start',
      'End-to-end latency, from handing the request to the socket to the last output. closeLagMs has the time after it.',
    ],
    scheduledLatencyMs: [
      'last output event − due',
      'Latency from the time at which the schedule wanted the request, which shows coordinated omission. It is e2eLatencyMs plus the slip.',
    ],
    slipMs: ['start − due', 'How late the load generator started the request.'],
    closeLagMs: [
      'end − last output event',
      'Time from the last output to the end of the response. No latency includes it.',
    ],
  }),
  ...defineMetrics('ms per token', 'tokenizer', overOk, {
    itlMs: [
      'e2eLatencyMs / N',
      'Inter-token latency as LLMPerf and its blog define it: it includes the TTFT. N = outputTokens.',
    ],
  }),
  ...defineMetrics('ms per token', 'tokenizer', `${overOk} with N ≥ 2`, {
    tpotMs: [
      '(last output event − first output event) / (N − 1)',
      'Time per output token after the first, without the TTFT. N = outputTokens.',
    ],
  }),
  ...defineMetrics('ms', 'chunks', `gaps of ${overOk}, pooled`, {
    chunkGapMs: [
      'output event k+1 − output event k',
      'Gap between successive output events; n counts gaps. It is the time between tokens only if tokensPerChunk is near 1.',
    ],
  }),
  ...defineMetrics('tokens/s', 'tokenizer', overOk, {
    outputTokensPerSecond: [
      'N / e2eLatencyMs · 1,000',
      'Output speed of one request, TTFT included. N = outputTokens.',
    ],
  }),
  ...defineMetrics('tokens', 'tokenizer', overOk, {
    inputTokens: [
      'count of the prompt',
      'Count by the Llama 2 tokenizer, without special tokens: the same rule for every target.',
    ],
    outputTokens: [
      'N = count of the output',
      'Count by the Llama 2 tokenizer, without special tokens, over all output of the request.',
    ],
  }),
} satisfies Record<RequestMetricName, MetricDefinition>;

const overEnded = 'measured requests that are ok or failed';

export const stageDefinitions = {
  ...defineMetrics('requests/min', 'counts', overOk, {
    completedRequestsPerMinute: [
      'ok requests that end in the window / window · 60 s',
      'Completed requests in the full window (first start to last end) and in the steady window (without ramp and drain).',
    ],
  }),
  ...defineMetrics('tokens/s', 'tokenizer', overOk, {
    outputTokensPerSecondTotal: [
      'Σ outputTokens of ok requests that end in the window / window',
      'Output throughput of all streams together.',
    ],
    totalTokensPerSecondTotal: [
      'Σ (inputTokens + outputTokens) of ok requests that end in the window / window',
      'Input and output throughput of all streams together.',
    ],
  }),
  ...defineMetrics('requests', 'instants', overIssued, {
    achievedConcurrency: [
      'Σ time open within the window / window',
      'Mean number of open requests, failures included. A request is open from its start (if it did not reach the socket: from its due time) to its end.',
    ],
  }),
  ...defineMetrics('requests/s', 'counts', overIssued, {
    achievedRequestsPerSecond: [
      '(k − 1) / (last start − first start), k requests started in the window',
      'Rate at which requests started, to compare with the requested rate.',
    ],
  }),
  ...defineMetrics('requests/s', 'counts', overOk, {
    goodRequestsPerSecond: ['ok requests that meet every SLO and end in the window / window', 'Goodput as a rate.'],
  }),
  ...defineMetrics('share', 'counts', overIssued, {
    errorRate: [
      'failed / issued',
      'A failure is neither ok nor canceled by this service. errorRateByOutcome has the rate of each class.',
    ],
  }),
  ...defineMetrics('share', 'counts', overEnded, {
    goodputShare: [
      'ok requests that meet every SLO / (ok + failed)',
      'Goodput by the slos of the spec. A failure meets none; canceled requests are excluded.',
    ],
    sloShare: [
      'ok requests that meet the SLO / (ok + failed)',
      'Share for each SLO alone, which shows the SLO that requests fail.',
    ],
  }),
  ...defineMetrics('share', 'answer', overOk, {
    checksumOkRate: [
      'answers whose first integer equals the requested number / answers checked',
      'The first check of the answers; LLMPerf expects 0.97 or more.',
    ],
  }),
} satisfies Record<Exclude<StageMetricName, 'costPerThousandRequestsUsd'>, MetricDefinition>;
