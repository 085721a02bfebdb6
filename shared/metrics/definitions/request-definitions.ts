import type { RequestMetricName, StageMetricName } from '../../metric-names.ts';
import { defineMetrics, type MetricDefinition, overIssued, overOk } from './metric-definition.ts';

export const requestDefinitions = {
  ...defineMetrics('ms', 'instants', overOk, {
    ttftMs: [
      'first output event − start',
      'Time to first token. An output event contains text, reasoning text or tool-call arguments. Empty events and events that contain only a role are not output.',
    ],
    ttfoMs: [
      'first event with answer text − start',
      'Time to first output (TTFO): the first text that is not reasoning.',
    ],
    e2eLatencyMs: [
      'last output event − start',
      'End-to-end latency: the time from when the request is handed to the socket until the last output. closeLagMs is the time from the last output to the end of the response.',
    ],
    scheduledLatencyMs: [
      'last output event − due',
      'Latency from the time at which the request was due. Unlike e2eLatencyMs, it includes the delay of a late start, which avoids coordinated omission.',
    ],
    slipMs: ['start − due', 'How late the load generator started the request.'],
    closeLagMs: [
      'end − last output event',
      'Time from the last output to the end of the response. No latency metric includes it.',
    ],
  }),
  ...defineMetrics('ms per token', 'tokenizer', overOk, {
    itlMs: [
      'e2eLatencyMs / N',
      'Inter-token latency as LLMPerf and its blog define it. It includes the TTFT. N = outputTokens.',
    ],
  }),
  ...defineMetrics('ms per token', 'tokenizer', `${overOk} with N ≥ 2`, {
    tpotMs: [
      '(last output event − first output event) / (N − 1)',
      'Time per output token after the first, without the TTFT. N = outputTokens.',
    ],
  }),
  ...defineMetrics('ms', 'chunks', `all gaps of ${overOk} together`, {
    chunkGapMs: [
      'output event k+1 − output event k',
      'Gap between successive output events; n is the number of gaps. It is the time between tokens only if usageTokensPerChunk is within 5 % of 1, that is, if the server itself counts one token for each chunk. Reports then call it the token gap.',
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
      'number of tokens in the prompt',
      'Counted by the Llama 2 tokenizer, without special tokens, for every target.',
    ],
    outputTokens: [
      'N = number of tokens in the output',
      'All output of the request, reasoning included, counted by the Llama 2 tokenizer without special tokens.',
    ],
  }),
} satisfies Record<RequestMetricName, MetricDefinition>;

const overEnded = 'measured requests that succeeded or failed';

export const stageDefinitions = {
  ...defineMetrics('requests/min', 'counts', overOk, {
    completedRequestsPerMinute: [
      'Σ w of ok requests / length of the window · 60 s',
      'Successful requests in the full window (first start to last end) and in the steady window (without the ramp-up and the drain). w is the share of the request’s open time inside the window, which is 1 in the full window.',
    ],
  }),
  ...defineMetrics('tokens/s', 'tokenizer', overOk, {
    outputTokensPerSecondTotal: [
      'Σ w · outputTokens of ok requests / length of the window',
      'Output throughput of all streams together. w is the share of the request’s open time inside the window, which is 1 in the full window.',
    ],
    totalTokensPerSecondTotal: [
      'Σ w · (inputTokens + outputTokens) of ok requests / length of the window',
      'Input and output throughput of all streams together. w is the share of the request’s open time inside the window, which is 1 in the full window.',
    ],
  }),
  ...defineMetrics('requests', 'instants', overIssued, {
    achievedConcurrency: [
      'Σ time open within the window / length of the window',
      'Mean number of open requests, failures included. A request is open from its start to its end. If it did not reach the socket, it is open from the time at which it was due.',
    ],
  }),
  ...defineMetrics('requests/s', 'counts', overIssued, {
    achievedRequestsPerSecond: [
      'rates and traces: (k − 1) / (last start − first start), k requests started in the window; other loads: Σ w / length of the window',
      'Rate at which requests started. For rates and traces, compare it with the requested rate. In closed loops, a request starts when another one ends. w is the share of the request’s open time inside the window, which is 1 in the full window.',
    ],
  }),
  ...defineMetrics('requests/s', 'counts', overOk, {
    goodRequestsPerSecond: [
      'Σ w of ok requests that meet every SLO / length of the window',
      'Goodput as a rate: successful requests per second that meet every SLO. w is the share of the request’s open time inside the window, which is 1 in the full window.',
    ],
  }),
  ...defineMetrics('share', 'counts', overIssued, {
    errorRate: [
      'failed / issued',
      'A failed request neither succeeded nor was canceled by Tokenmeter. errorRateByOutcome contains the rate of each class of failures.',
    ],
  }),
  ...defineMetrics('share', 'counts', overEnded, {
    goodputShare: [
      'ok requests that meet every SLO / (ok + failed)',
      'Goodput: the share of requests that meet every SLO of the spec. A failed request meets no SLO. Canceled requests are excluded.',
    ],
    sloShare: [
      'ok requests that meet the SLO / (ok + failed)',
      'For each SLO, the share of requests that meet it. It shows which SLO is missed.',
    ],
  }),
  ...defineMetrics('share', 'answer', overOk, {
    checksumOkRate: [
      'responses whose first integer equals the requested number / responses checked',
      'Share of correct responses: the response repeats the requested number. LLMPerf expects 0.97 or more.',
    ],
  }),
} satisfies Record<Exclude<StageMetricName, 'costPerThousandRequestsUsd'>, MetricDefinition>;
