/** Alarms and their descriptions. Each name is a heading in docs/runbook.md. */
export const alarmDefinitions = {
  'api-errors': 'The API answered five or more requests with a 5xx within five minutes',
  'function-errors':
    'A function failed three or more times within five minutes: a bug, a timeout, or too little memory',
  'message-failures': 'Processing failed for five or more messages within fifteen minutes; SQS redelivers them',
  'dead-letters': 'A message failed all its tries; its run or batch ended as failed',
  'dead-letters-stuck': 'A dead letter has waited for half an hour: the coordinator does not receive it',
  throttles: 'Invocations were throttled: the account has no concurrency left',
  'advance-delay': 'A message for the coordinator has waited for five minutes',
  'batch-delay': 'A batch has waited for a worker for fifteen minutes',
  'finalize-delay': 'A run has waited for its report for ten minutes',
  'deliver-delay': 'A webhook has waited for its attempt for more than half an hour',
  'supervisor-silent': 'The supervisor has not run for five minutes: lost messages are not resent',
  'table-throttles': 'The table refused ten or more reads or writes within five minutes',
  'leases-expired': 'Five or more workers were lost within fifteen minutes',
  'runs-failed': 'Two or more runs failed within an hour because of the service',
  'suspect-runs': 'Three or more runs within an hour have suspect measurements',
} as const;

export type AlarmName = keyof typeof alarmDefinitions;
