import { expect, test } from 'vitest';
import { readJsonRows } from '../../../../../../shared/workload/datasets/encodings/json/read-json-rows.ts';

const readRows = (text: string) => [...readJsonRows(text, (json) => ({ value: JSON.parse(json) }))];

test('reads items with any text in their strings, each with its line', () => {
  expect(readRows('[\n  {"a": "],\\"[{"},\n\n  ["\\\\", 1], "x"\n]')).toEqual([
    { place: 'line:2', value: { a: '],"[{' } },
    { place: 'line:4', value: ['\\', 1] },
    { place: 'line:4', value: 'x' },
  ]);
});

test('a string that never closes is a fault of the list, in linear time', () => {
  const text = `["${'\\"'.repeat(2_000_000)}`;
  const startMs = performance.now();
  const rows = [...readJsonRows(text, (json) => ({ value: json.length }))];
  expect(performance.now() - startMs).toBeLessThan(1_000);
  expect(rows).toMatchObject([
    { value: text.length - 1 },
    { faults: [{ fault: 'ends, but the JSON list has no closing ]' }] },
  ]);
});

test('an empty item is a fault, except after the last comma', () => {
  const fault = { faults: [{ fault: 'has a comma without an item before it' }] };
  expect(readRows('[1,,\n,2]')).toMatchObject([
    { value: 1 },
    { place: 'line:1', ...fault },
    { place: 'line:2', ...fault },
    { value: 2 },
  ]);
  expect(readRows('[1,\n]')).toMatchObject([{ value: 1 }]);
  expect(readRows('[ ]')).toEqual([]);
});
