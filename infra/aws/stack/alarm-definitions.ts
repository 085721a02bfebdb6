/** Every alarm: its name is its heading in docs/runbook.md. */
export const alarmDefinitions = {
  'api-errors': 'The API answered five or more requests with a 5xx within five minutes',
  'function-errors':
    'A function ended with an error three times or more within five minutes: a bug, a time-out, or out of memory',
  'message-failures': 'Five or more messages could not be handled within fifteen minutes; they will come again',
  'dead-letters': 'A message was given up after all its tries; its run or batch was ended as failed',
  'dead-letters-stuck': 'A dead letter has waited for half an hour: the coordinator does not take it',
  throttles: 'Invocations were throttled: the concurrency of the account is used up',
  'advance-delay': 'A message of the coordinator has waited for five minutes',
  'batch-delay': 'A batch has waited for a worker for fifteen minutes',
  'finalize-delay': 'A run has waited for its report for ten minutes',
  'deliver-delay': 'A webhook has waited for its attempt for more than half an hour',
  'supervisor-silent': 'The supervisor has not run for five minutes: what is lost is not sent again',
  'table-throttles': 'The table refused ten or more reads or writes within five minutes',
  'leases-expired': 'Five or more workers were lost within fifteen minutes',
  'runs-failed': 'Two or more runs failed within an hour by a fault of the service',
  'suspect-runs': 'Three or more runs within an hour were measured too badly to be trusted',
} as const;

export type AlarmName = keyof typeof alarmDefinitions;
