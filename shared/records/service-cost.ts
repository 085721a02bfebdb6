import { z } from 'zod';

const usd = z.number().min(0);

export const serviceCostSchema = z
  .object({
    use: z.object({
      lambdaGbSeconds: z.number().min(0),
      lambdaInvocations: z.number().min(0),
      dynamodbWriteUnits: z.number().min(0),
      dynamodbReadUnits: z.number().min(0),
      sqsRequests: z.number().min(0),
    }),
    lambdaUsd: usd,
    dynamodbUsd: usd,
    sqsUsd: usd,
    totalUsd: usd,
    prices: z.object({ asOf: z.string(), region: z.string(), source: z.string() }),
  })
  .meta({
    id: 'ServiceCost',
    description:
      'Cost of the AWS services that the run uses, from their counts and list prices. Also estimated for a run on one machine, which AWS does not bill',
  });
export type ServiceCost = z.infer<typeof serviceCostSchema>;
