import { z } from 'zod';
import { type Fault, findFault } from '../../../errors/app-error.ts';
import { integerSchema, numberSchema } from '../../../number-schema.ts';
import type { Random } from '../seeded-random.ts';

/** Maximum token count of a draw, so that a prompt has at most a few megabytes. */
export const maxTokenCount = 200_000;

type DistributionSchema = z.ZodObject<{ distribution: z.ZodLiteral<string> }>;

/** The rules of a distribution of token counts. */
export type DistributionKind<Schema extends DistributionSchema> = {
  schema: Schema;
  /** Draws once and rounds to an integer. Does not check the bounds. */
  draw(distribution: z.infer<Schema>, random: Random): number;
  /** Returns problems that the schema cannot detect. @param least minimum number of tokens */
  check(distribution: z.infer<Schema>, pointer: string, least: number): Fault[];
  /** Bounds outside of which a count is drawn again. Absent if every draw is used. */
  readBounds?(distribution: z.infer<Schema>): Bounds;
  /** Returns the mean from the parameters. Bounds can change the mean of the drawn values. */
  findStatedMean(distribution: z.infer<Schema>): number;
  /** Returns the largest possible token count. Returns null if the distribution has no upper bound. */
  findLargest(distribution: z.infer<Schema>): number | null;
  /** Describes a distribution, for example "550 ± 150". */
  describe(distribution: z.infer<Schema>): string;
};

/** Infers the type of a distribution's schema, so that its methods have the types of the fields. */
export function defineDistribution<Schema extends DistributionSchema>(
  kind: DistributionKind<Schema>,
): DistributionKind<Schema> {
  return kind;
}

export type Bounds = { min?: number | undefined; max?: number | undefined };

export const tokensSchema = integerSchema(1, maxTokenCount);
export const meanSchema = z.number().positive().max(maxTokenCount);
export const stddevSchema = numberSchema(0, maxTokenCount);
export const boundFields = {
  min: tokensSchema.optional().describe('Minimum count. Lower draws are repeated'),
  max: tokensSchema.optional().describe('Maximum count. Higher draws are repeated'),
};

export function checkLeast(what: string, tokens: number | undefined, pointer: string, least: number): Fault[] {
  return findFault(tokens !== undefined && tokens < least, {
    pointer,
    fault: `has ${what} below the minimum of ${least} tokens`,
    remedy: `Use at least ${least}`,
  });
}

export function checkOrder({ min, max }: Bounds, pointer: string): Fault[] {
  return findFault(min !== undefined && max !== undefined && min > max, {
    pointer,
    fault: `has a min (${min}) greater than max (${max})`,
    remedy: 'Swap or change the two values',
  });
}

/** Returns the minimum and maximum of the used draws, both inclusive. @param least additional minimum */
export function findBounds({ min = 1, max = maxTokenCount }: Bounds, least: number): { min: number; max: number } {
  return { min: Math.max(1, least, min), max };
}
