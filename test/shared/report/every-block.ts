import type { Document } from '../../../shared/report/sections/document.ts';
import { composeDocument } from '../../../shared/report/sections/document.ts';

const interval = { level: 0.95, low: -1.5, high: 3, method: 't' };

/** Makes a document with every kind of block except charts and every kind of cell. `text` is the foreign text in it. */
export function makeEveryBlock(text = 'foreign'): Document {
  return composeDocument({
    title: `About ${text}`,
    summary: `All of ${text}`,
    intro: [
      { kind: 'badges', badges: [{ text: 'Measurement quality: ok', tone: 'good', sectionId: 'numbers' }] },
      { kind: 'paragraph', words: ['see ', { text: 'numbers', sectionId: 'numbers' }, '.'], style: 'warning' },
      { kind: 'facts', facts: [{ label: 'Targets', lines: ['a', text] }] },
    ],
    sections: [
      {
        id: 'numbers',
        title: 'Numbers',
        blocks: [
          {
            kind: 'table',
            caption: 'Of two targets',
            head: ['', 'what', 'value', '95 %'],
            rows: [
              [
                'a',
                { text: 'Time to first token', short: 'ttftMs', note: [{ code: 'ttftMs' }] },
                { value: -2, interval },
                '',
              ],
              [
                { text: 'a', isRepeated: true },
                'errors',
                { value: 50, decimals: 1, unit: '%' },
                { range: interval, decimals: 1 },
              ],
              [
                'b',
                { text: 'worse', tone: 'bad', note: text },
                { value: null, missing: 'no request succeeded' },
                { range: null },
              ],
              [
                { text: 'b', isRepeated: true },
                { text: 'cannot tell', reason: 'too few' },
                { value: 2, missingInterval: 'one pair has it all' },
                { value: null },
              ],
            ],
            textColumns: 2,
          },
          { kind: 'list', items: [text, ['of ', { code: 'ttftMs' }]] },
        ],
      },
      {
        id: 'parts',
        title: 'Parts',
        blocks: [
          {
            kind: 'part',
            title: 'A part',
            badge: { text: 'same', tone: 'good' },
            blocks: [{ kind: 'paragraph', words: 'inside' }],
          },
          { kind: 'fold', summary: 'More', blocks: [{ kind: 'code', text: 'npm ci\nnpm start', label: 'Commands' }] },
          {
            kind: 'tiles',
            label: 'Small tables',
            tiles: [
              {
                title: 'TTFT',
                table: {
                  kind: 'table',
                  caption: 'ms',
                  head: ['', ''],
                  rows: [['a', { value: 3, note: 'longer' }]],
                  textColumns: 1,
                },
              },
            ],
          },
        ],
      },
      { id: 'empty', title: 'Nothing to say', blocks: [] },
      { id: 'notes', title: 'Why a number is missing', blocks: [{ kind: 'reasons' }] },
    ],
    margins: { kind: 'Test', source: ['from ', { code: 'nowhere' }] },
  });
}
