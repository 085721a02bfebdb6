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
  /** Times in ms that messages waited before a function first received them. Batches include checks of targets. */
  advanceQueuedMs: { name: 'AdvanceQueuedMs', unit: 'Milliseconds' },
  batchQueuedMs: { name: 'BatchQueuedMs', unit: 'Milliseconds' },
  finalizeQueuedMs: { name: 'FinalizeQueuedMs', unit: 'Milliseconds' },
  /** Time in ms by which a webhook attempt started later than it was due. */
  deliverLateMs: { name: 'DeliverLateMs', unit: 'Milliseconds' },
  finalizeMs: { name: 'FinalizeMs', unit: 'Milliseconds' },
  /** Workers that did not send a heartbeat in time. */
  leaseExpired: { name: 'LeaseExpired', unit: 'Count' },
  /** Messages that could not be handled. The queue delivers them again. */
  messageFailed: { name: 'MessageFailed', unit: 'Count' },
  deadLetter: { name: 'DeadLetter', unit: 'Count' },
  webhookFailed: { name: 'WebhookFailed', unit: 'Count' },
} as const;

export type TelemetryName = keyof typeof telemetryMetrics;
