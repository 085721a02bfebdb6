import type { MetricDefinition } from './metric-definition.ts';

/** What is kept apart from the latencies of good requests: failures, warm-up, opening connections. */
export const apartDefinitions = {
  failureOpenMs: {
    unit: 'ms',
    formula: 'end − start (or due, where the socket was never reached)',
    basis: 'instants',
    over: 'measured requests that failed',
    description: 'How long failures took; in no latency of the good requests.',
  },
  failureTtftMs: {
    unit: 'ms',
    formula: 'first output event − start',
    basis: 'instants',
    over: 'measured requests that failed after output had begun',
    description: 'TTFT of failures, kept apart.',
  },
  retryAfterMs: {
    unit: 'ms',
    formula: 'Retry-After of the answer',
    basis: 'instants',
    over: 'measured requests that failed with such a header',
    description: 'The waits that the target asked for. Nothing is sent again, so they are only reported.',
  },
  firstTtftMs: {
    unit: 'ms',
    formula: 'ttftMs of the warm-up request that started first',
    basis: 'instants',
    over: 'warm-up requests that are ok',
    description: 'What a cold start costs. Warm-up requests are in no other number.',
  },
  dnsMs: {
    unit: 'ms',
    formula: 'duration of the name look-up',
    basis: 'instants',
    over: 'measured requests that opened a connection',
    description: 'Apart from TTFT, which starts when the request is handed to the open socket.',
  },
  connectMs: {
    unit: 'ms',
    formula: 'duration of the TCP connect',
    basis: 'instants',
    over: 'measured requests that opened a connection',
    description: 'Apart from TTFT.',
  },
  tlsMs: {
    unit: 'ms',
    formula: 'duration of the TLS handshake',
    basis: 'instants',
    over: 'measured requests that opened a connection',
    description: 'Apart from TTFT.',
  },
} as const satisfies Record<string, MetricDefinition>;
