import type { ServiceCost } from '../records/service-cost.ts';
import { awsPrices } from './aws-prices.ts';
import { estimateServiceUse, type ServiceUse, type StageUse } from './service-use.ts';

/** What a run costs on AWS besides its tokens. */
export function estimateServiceCost(stages: readonly StageUse[]): ServiceCost {
  return priceServiceUse(estimateServiceUse(stages));
}

/** Use at list prices, beyond any free tier. */
export function priceServiceUse(use: ServiceUse): ServiceCost {
  const lambdaUsd =
    use.lambdaGbSeconds * awsPrices.usdPerGbSecond + (use.lambdaInvocations * awsPrices.usdPerMillionInvocations) / 1e6;
  const dynamodbUsd =
    (use.dynamodbWriteUnits * awsPrices.usdPerMillionWriteUnits +
      use.dynamodbReadUnits * awsPrices.usdPerMillionReadUnits) /
    1e6;
  const sqsUsd = (use.sqsRequests * awsPrices.usdPerMillionQueueRequests) / 1e6;
  const { asOf, region, source } = awsPrices;
  return {
    use,
    lambdaUsd,
    dynamodbUsd,
    sqsUsd,
    totalUsd: lambdaUsd + dynamodbUsd + sqsUsd,
    prices: { asOf, region, source },
  };
}
