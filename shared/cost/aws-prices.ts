/**
 * AWS list prices in us-east-1, beyond the free tiers. docs/cost.md lists the sources. The prices are not configurable,
 * so that every installation builds the same report.
 */
export const awsPrices = {
  asOf: '2024-11-01',
  region: 'us-east-1',
  source: 'List prices of AWS Lambda, DynamoDB and SQS; sources in docs/cost.md',
  usdPerGbSecond: 0.0000133334,
  usdPerMillionInvocations: 0.2,
  /** Prices of DynamoDB in on-demand mode with the Standard table class. */
  usdPerMillionWriteUnits: 0.625,
  usdPerMillionReadUnits: 0.125,
  /** Price of SQS standard queues. */
  usdPerMillionQueueRequests: 0.4,
} as const;
