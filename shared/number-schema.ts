import { z } from 'zod';

export const countSchema = z.number().int().min(0);

export function integerSchema(min: number, max: number) {
  return z.number().int().min(min).max(max);
}

export function numberSchema(min: number, max: number) {
  return z.number().min(min).max(max);
}
