import { z } from 'zod';

/** Range of all numbers: 0, and numbers whose absolute value is from `least` to `most`. DynamoDB stores no others. */
export const numberRange = { least: 1e-130, most: 9.99e125 } as const;

export function isInNumberRange(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size >= numberRange.least && size <= numberRange.most);
}

export const countSchema = z.number().int().min(0);

export function integerSchema(min: number, max: number) {
  return z.number().int().min(min).max(max);
}

export function numberSchema(min: number, max: number) {
  return z.number().min(min).max(max);
}
