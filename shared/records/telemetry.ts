/** The metrics of the service itself, for alarms and the dashboard. The metrics of a run are in its report. */
export const telemetryMetrics = {
  runEnded: { name: 'RunEnded', unit: 'Count' },
  /** A run failed without reaching one of its own limits. */
  runFailedByUs: { name: 'RunFailedByUs', unit: 'Count' },
  /** The report marks the measurement as suspect. */
  runSuspect: { name: 'RunSuspect', unit: 'Count' },
  /** Finished requests of a batch with any outcome. */
  requestsMeasured: { name: 'RequestsMeasured', unit: 'Count' },
  requestsFailed: { name: 'RequestsFailed', unit: 'Count' },
  /** Time from the queueing of a batch to its claim. */
  batchQueuedMs: { name: 'BatchQueuedMs', unit: 'Milliseconds' },
  finalizeMs: { name: 'FinalizeMs', unit: 'Milliseconds' },
  /** A worker sent no heartbeat in time. */
  leaseExpired: { name: 'LeaseExpired', unit: 'Count' },
  /** The handling of a message failed. The queue delivers it again. */
  messageFailed: { name: 'MessageFailed', unit: 'Count' },
  deadLetter: { name: 'DeadLetter', unit: 'Count' },
  webhookFailed: { name: 'WebhookFailed', unit: 'Count' },
} as const;

export type TelemetryName = keyof typeof telemetryMetrics;
