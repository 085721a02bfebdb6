import { expect, test } from 'vitest';
import { renderText } from '../../../../../shared/report/render/text/render-text.ts';
import { makeEveryBlock } from '../../every-block.ts';

const heading = (title: string) => `── ${title} `.padEnd(100, '─');

const lines = [
  'All of foreign',
  '',
  'Measurement quality: ok',
  'see numbers.',
  'Targets  a',
  '         foreign',
  '',
  heading('Numbers'),
  '   what                                value         95 %',
  'a  ttftMs           −2.000 (−1.500 to 3.000)',
  '   errors                             50.0 %  −1.5 to 3.0',
  'b  worse                                -[1]',
  '   cannot tell [2]                  2.000[3]            -',
  'foreign',
  'of ttftMs',
  '',
  heading('Parts'),
  'A part: same',
  'inside',
  'More:',
  'npm ci',
  'npm start',
  'TTFT, ms',
  'a  3.000',
  '',
  heading('Why a number is missing'),
  '[1] no request succeeded',
  '[2] too few',
  '[3] one pair has it all',
];

test('renders every block, with a dash and a reason number for a missing value', () => {
  expect(renderText(makeEveryBlock())).toBe(`${lines.join('\n')}\n`);
});

test('replaces control characters in foreign text', () => {
  const text = renderText(makeEveryBlock('\u001b[2Jgone\r\nTrust ok\u202e'));
  expect(text).toContain('All of [2Jgone Trust ok');
  for (const control of ['\u001b', '\r', '\u202e']) expect(text).not.toContain(control);
});
