/**
 * What the service counts of itself while it works: emitted by the use cases, watched by alarms and the dashboard. The
 * numbers of a run are in its report, not here.
 */
export const telemetryMetrics = {
  runEnded: { name: 'RunEnded', unit: 'Count' },
  /** Ended as failed though no limit of the run's own stopped it. */
  runFailedByUs: { name: 'RunFailedByUs', unit: 'Count' },
  /** The report says that the measurement is not to be trusted. */
  runSuspect: { name: 'RunSuspect', unit: 'Count' },
  /** Requests of a batch that ended, whatever their outcome. */
  requestsMeasured: { name: 'RequestsMeasured', unit: 'Count' },
  requestsFailed: { name: 'RequestsFailed', unit: 'Count' },
  /** From a batch's being queued to its being claimed. */
  batchQueuedMs: { name: 'BatchQueuedMs', unit: 'Milliseconds' },
  finalizeMs: { name: 'FinalizeMs', unit: 'Milliseconds' },
  /** A worker was not heard of in time. */
  leaseExpired: { name: 'LeaseExpired', unit: 'Count' },
  /** A message could not be handled, and will come again. */
  messageFailed: { name: 'MessageFailed', unit: 'Count' },
  deadLetter: { name: 'DeadLetter', unit: 'Count' },
  webhookFailed: { name: 'WebhookFailed', unit: 'Count' },
} as const;

export type TelemetryName = keyof typeof telemetryMetrics;
