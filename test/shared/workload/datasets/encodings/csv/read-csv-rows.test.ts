import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsvRows } from '../../../../../../shared/workload/datasets/encodings/csv/read-csv-rows.ts';

const read = (text: string) => [...readCsvRows(text)].filter((row) => row !== null);
const listValues = (text: string) => read(text).map((row) => ('value' in row ? row.value : row.faults[0]?.fault));

describe('no text of a CSV file is lost', () => {
  test.each([
    ['prompt,id\nHello, world,1\nBye,2', [2], 'has 3 cells, but the header has 2'],
    ['prompt,id\n"Hello" she said,1\nBye,2', [2], 'has text after the closing quotes of a cell'],
    ['id,prompt\n1,"Hello\n2,Bye\n3,"Hi"', [2], 'has text after the closing quotes of a cell'],
    ['id,prompt\n1,Hi\n2,"Hello\n3,Bye', [3], 'has a cell whose quotes are not closed'],
    ['id,prompt,id\n1,Hi,2', [1], 'is a header with two columns id'],
  ])('%j: a fault', (text, [line], fault) => {
    const row = read(text).find((each) => 'faults' in each);
    expect(row).toMatchObject({ place: `line:${line}`, faults: [{ pointer: '', fault }] });
    expect(JSON.stringify(row)).toContain('Put cells with commas in double quotes, and double the quotes inside');
  });

  test.each([
    ['prompt\nHello, "world"; how\tare you\n"Up" and "down"', ['Hello, "world"; how\tare you', '"Up" and "down"']],
    ['prompt\n"Which way\r\n is ""up"", then?"\n\nBye\n', ['Which way\r\n is "up", then?', 'Bye']],
    ['"prompt"\n"open\nBye', ['"open', 'Bye']],
  ])('%j: a header of one column takes the whole line', (text, prompts) => {
    expect(listValues(text)).toEqual(prompts.map((prompt) => ({ prompt })));
  });

  test('quotes inside a cell, spaces around quotes, and blank cells at the end are read', () => {
    expect(read('size,prompt\n5" pipe, "a, b" ,,\n6,c')).toEqual([
      { place: 'line:2', value: { size: '5" pipe', prompt: 'a, b' } },
      { place: 'line:3', value: { size: '6', prompt: 'c' } },
    ]);
  });

  test('any cells are read as they were written', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\t', '\n', '\r', ' ', 'é') });
    const write = (value: string) => `"${value.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.constantFrom(',', ';', '\t'), fc.array(fc.tuple(cell, cell)), (separator, rows) => {
        const text = [['one', 'two'], ...rows].map((row) => row.map(write).join(separator)).join('\r\n');
        const expected = rows
          .map(([one, two]) => ({ one: one.trim(), two: two.trim() }))
          .filter(({ one, two }) => one !== '' || two !== '')
          .map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== '')));
        expect(listValues(text)).toEqual(expected);
      }),
    );
  });

  test.each(['"\n', '""x\n', 'a,"b\n', '"', '"a""\n'])('the time for %j grows as the file does', (line) => {
    const startMs = performance.now();
    for (const header of ['a\n', 'a,b\n']) read(header + line.repeat(Math.ceil(200_000 / line.length)));
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });

  test.each([
    [
      'columns',
      Array.from({ length: 300_000 }, (_, index) => `c${index}`).join(','),
      'is a header with more than 10000',
    ],
    ['cells', `a,b\n${','.repeat(500_000)}c`, 'has 500001 cells, but the header has 2'],
  ])('many %s are refused, within the time limit of a test', (_, text, fault) => {
    expect(JSON.stringify(read(`${text}\n1`))).toContain(fault);
  });

  test('blank lines and long lines are read in steps', () => {
    expect([...readCsvRows(`a,b\n${'\n'.repeat(5_000)}${',\n'.repeat(5_000)}`)]).toHaveLength(10_000);
    expect([...readCsvRows(`a,b\n${'1,'.repeat(50_000)}`)].length).toBeGreaterThan(50);
  });
});
