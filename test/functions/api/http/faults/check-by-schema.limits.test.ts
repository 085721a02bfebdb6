import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { checkBySchema } from '../../../../../functions/api/http/faults/check-by-schema.ts';
import { AppError, maxFaults } from '../../../../../shared/errors/app-error.ts';

const schema = z.strictObject({ protocol: z.enum(['openai-chat', 'anthropic-messages']), seed: z.number().optional() });

function findError(value: unknown): AppError {
  try {
    checkBySchema(schema, value, 'body');
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('The value is valid');
}

test('only the faults that a response shows are explained; all are counted', () => {
  const fields = Array.from({ length: 20_000 }, (_, index) => [`${index}${'x'.repeat(50)}`, 1]);
  const error = findError({ protocol: 'openai-chat', ...Object.fromEntries(fields) });
  expect(error.faults).toHaveLength(maxFaults);
  expect(error.message).toMatch(/ is not a known field, and 19999 more$/);
});

test('a long word is not compared with known words', () => {
  const lowered = vi.spyOn(String.prototype, 'toLowerCase');
  const error = findError({ protocol: 'openai-chat'.repeat(100_000), ['seed'.repeat(100_000)]: 1 });
  expect(lowered).not.toHaveBeenCalled();
  lowered.mockRestore();
  expect(error.faults.map(({ remedy }) => remedy)).toEqual([
    'Use one of "openai-chat", "anthropic-messages"',
    'Remove it. Known fields: protocol, seed',
  ]);
});
