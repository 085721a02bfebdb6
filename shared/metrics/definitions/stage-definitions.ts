import { type MetricDefinition, overIssued, overOk } from './metric-definition.ts';

/** Load, throughput, errors and sanity of a stage. */
export const stageDefinitions = {
  completedRequestsPerMinute: {
    unit: 'requests/min',
    formula: 'ok requests that end in the window / window · 60 s',
    basis: 'counts',
    over: overOk,
    description: 'In the full window (first start to last end) and in the steady window (without ramp and drain).',
  },
  outputTokensPerSecondTotal: {
    unit: 'tokens/s',
    formula: 'Σ outputTokens of ok requests that end in the window / window',
    basis: 'tokenizer',
    over: overOk,
    description: 'Output throughput of all streams together.',
  },
  totalTokensPerSecondTotal: {
    unit: 'tokens/s',
    formula: 'Σ (inputTokens + outputTokens) of ok requests that end in the window / window',
    basis: 'tokenizer',
    over: overOk,
    description: 'Input and output throughput of all streams together.',
  },
  achievedConcurrency: {
    unit: 'requests',
    formula: 'Σ time open within the window / window',
    basis: 'instants',
    over: overIssued,
    description:
      'Mean number of open requests. Open from start (or due, where the socket was never reached) to end; failures are open too.',
  },
  achievedRequestsPerSecond: {
    unit: 'requests/s',
    formula: '(k − 1) / (last start − first start), k requests started in the window',
    basis: 'counts',
    over: overIssued,
    description: 'The rate at which requests were in fact started, to compare with the rate asked for.',
  },
  errorRate: {
    unit: 'share',
    formula: 'failed / issued',
    basis: 'counts',
    over: overIssued,
    description: 'A failure is neither ok nor canceled by us. errorRateByOutcome gives the same by class.',
  },
  goodputShare: {
    unit: 'share',
    formula: 'ok requests that meet every SLO / (ok + failed)',
    basis: 'counts',
    over: 'measured requests that are ok or failed',
    description: 'Goodput against the slos of the spec. A failure meets none; requests that we canceled are left out.',
  },
  goodRequestsPerSecond: {
    unit: 'requests/s',
    formula: 'ok requests that meet every SLO and end in the window / window',
    basis: 'counts',
    over: overOk,
    description: 'Goodput as a rate.',
  },
  sloShare: {
    unit: 'share',
    formula: 'ok requests that meet the SLO / (ok + failed)',
    basis: 'counts',
    over: 'measured requests that are ok or failed',
    description: 'Of each SLO alone: which of them the others are lost to.',
  },
  checksumOkRate: {
    unit: 'share',
    formula: 'answers whose first integer equals the number asked for / answers checked',
    basis: 'answer',
    over: overOk,
    description: 'The sanity check of the answers; LLMPerf expects 0.97 or more.',
  },
} as const satisfies Record<string, MetricDefinition>;
