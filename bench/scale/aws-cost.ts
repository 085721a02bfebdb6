import { awsPrices } from '../../shared/cost/aws-prices.ts';

/** What a run uses of AWS. A write unit is up to 1 KB written, a read unit up to 4 KB read consistently. */
export type AwsUse = {
  /** Of workers that measure, of workers that stand ready for the others, and of everything else. */
  measuringGbSeconds: number;
  waitingGbSeconds: number;
  otherGbSeconds: number;
  invocations: number;
  writeUnits: number;
  readUnits: number;
  queueRequests: number;
};

/** USD, by what it is paid for. */
export type AwsCost = {
  measuring: number;
  waiting: number;
  otherLambda: number;
  writes: number;
  reads: number;
  queues: number;
  total: number;
};

/** At list prices, no free tier; no storage, logs or traffic. */
export function awsCost(use: AwsUse): AwsCost {
  const { usdPerGbSecond, usdPerMillionInvocations, usdPerMillionWriteUnits } = awsPrices;
  const millions = (count: number, priceUsd: number) => (count / 1e6) * priceUsd;
  const parts = {
    measuring: use.measuringGbSeconds * usdPerGbSecond,
    waiting: use.waitingGbSeconds * usdPerGbSecond,
    otherLambda: use.otherGbSeconds * usdPerGbSecond + millions(use.invocations, usdPerMillionInvocations),
    writes: millions(use.writeUnits, usdPerMillionWriteUnits),
    reads: millions(use.readUnits, awsPrices.usdPerMillionReadUnits),
    queues: millions(use.queueRequests, awsPrices.usdPerMillionQueueRequests),
  };
  return { ...parts, total: Object.values(parts).reduce((sum, usd) => sum + usd, 0) };
}
