import { expect, test } from 'vitest';
import { z } from 'zod';
import { showRecord } from '../../../../functions/api/http/answers.ts';

const view = z.object({ id: z.string(), createdAt: z.string(), endedAt: z.string().nullable(), format: z.string() });
const record = { endedAtMs: null, id: 'a', secret: 'sk', createdAtMs: 0, format: 'csv' };

test('shows only the fields of the view, in its order', () => {
  expect(JSON.stringify(showRecord(view, record))).toBe(
    '{"id":"a","createdAt":"1970-01-01T00:00:00.000Z","endedAt":null,"format":"csv"}',
  );
});

test('a timestamp is shown in ISO 8601, and null stays null', () => {
  expect(showRecord(view, { ...record, endedAtMs: 1_500 }).endedAt).toBe('1970-01-01T00:00:01.500Z');
});
