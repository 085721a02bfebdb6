/** Alarms and their descriptions. Each alarm name is a heading in docs/runbook.md. */
export const alarmDefinitions = {
  'api-errors': 'The API returned five or more 5xx responses within five minutes',
  'function-errors':
    'A function failed three or more times within five minutes: a bug, a timeout, or too little memory',
  'message-failures': 'Processing failed for five or more messages within fifteen minutes; SQS redelivers them',
  'dead-letters': 'A message failed on every attempt; its run or batch ended as failed',
  'dead-letters-stuck': 'A dead letter has waited for half an hour: the coordinator does not receive it',
  throttles: 'Invocations were throttled: the account has no concurrency left',
  'invocations-dropped': 'Lambda dropped an invocation, because it detected a recursive loop',
  'messages-stuck': 'Messages have waited in a queue for fifteen minutes, and no function receives them',
  'batches-stuck': 'Batches have waited for twenty minutes, and no worker receives them',
  'advance-delay': 'Messages for the coordinator waited for two minutes or longer (p95)',
  'batch-delay': 'Batches waited for a worker for ten minutes or longer (p95)',
  'finalize-delay': 'Runs waited for a finalizer for ten minutes or longer (p95)',
  'deliver-delay': 'Webhook attempts started five minutes late or later (p95)',
  'supervisor-silent': 'The supervisor has not run for five minutes: lost messages are not resent',
  'table-throttles': 'The table or one of its indexes refused ten or more reads or writes within five minutes',
  'leases-expired': 'Five or more workers were lost within fifteen minutes',
  'runs-failed': 'Two or more runs failed within an hour because of the service',
  'suspect-runs': 'Three or more runs within an hour have suspect measurements',
} as const;

export type AlarmName = keyof typeof alarmDefinitions;
