/** Metrics about the service itself, for alarms and the dashboard. A run's results are in its report instead. */
export const telemetryMetrics = {
  runEnded: { name: 'RunEnded', unit: 'Count' },
  /** Number of runs that failed for a reason other than one of their own limits or their targets. */
  runFailedByUs: { name: 'RunFailedByUs', unit: 'Count' },
  /** Runs whose report marks the measurement as suspect. */
  runSuspect: { name: 'RunSuspect', unit: 'Count' },
  /** Successful and failed requests. */
  requestsMeasured: { name: 'RequestsMeasured', unit: 'Count' },
  requestsFailed: { name: 'RequestsFailed', unit: 'Count' },
  /** Time in ms from queueing a batch to its claim by a worker. */
  batchQueuedMs: { name: 'BatchQueuedMs', unit: 'Milliseconds' },
  finalizeMs: { name: 'FinalizeMs', unit: 'Milliseconds' },
  /** Workers that did not send a heartbeat in time. */
  leaseExpired: { name: 'LeaseExpired', unit: 'Count' },
  /** Messages that could not be handled. The queue delivers them again. */
  messageFailed: { name: 'MessageFailed', unit: 'Count' },
  deadLetter: { name: 'DeadLetter', unit: 'Count' },
  webhookFailed: { name: 'WebhookFailed', unit: 'Count' },
} as const;

export type TelemetryName = keyof typeof telemetryMetrics;
