import { expect, test } from 'vitest';
import {
  escapeInline,
  escapeMarkdown,
  renderMarkdown,
} from '../../../../../shared/report/render/markdown/render-markdown.ts';
import { makeEveryBlock } from '../../every-block.ts';

const lines = [
  '# About \\<b>\\|# &#64;me',
  '',
  'All of \\<b>\\|# &#64;me',
  '',
  '- Measurement quality: ok',
  '',
  'see numbers.',
  '',
  '- Targets: a',
  '- \\<b>\\|# &#64;me',
  '',
  '## Numbers',
  '',
  '|     | what            |                    value |        95 % |',
  '| --- | --------------- | -----------------------: | ----------: |',
  '| a   | ttftMs          | −2.000 (−1.500 to 3.000) |             |',
  '|     | errors          |                   50.0 % | −1.5 to 3.0 |',
  '| b   | worse           |                     -[1] |             |',
  '|     | cannot tell [2] |                 2.000[3] |           - |',
  '',
  '- \\<b>\\|# &#64;me',
  '- of `ttftMs`',
  '',
  '## Parts',
  '',
  '### A part: same',
  '',
  'inside',
  '',
  'More:',
  '',
  '```sh',
  'npm ci',
  'npm start',
  '```',
  '',
  '### TTFT, ms',
  '',
  '|     |       |',
  '| --- | ----: |',
  '| a   | 3.000 |',
  '',
  '## Why a number is missing',
  '',
  '- [1] no request succeeded',
  '- [2] too few',
  '- [3] one pair has it all',
];

test('renders every block and escapes foreign text', () => {
  expect(renderMarkdown(makeEveryBlock('<b>|# @me'))).toBe(`${lines.join('\n')}\n`);
});

test.each([
  ['*a* and _b_, not c_d_e', String.raw`\*a\* and \_b\_, not c_d_e`],
  ['[x](https://a.b) ![i](//c)', String.raw`[x\](https\://a.b) ![i\](//c)`],
  ['[x][y] and [y]: z, but [1] and [2, 3]', String.raw`[x\][y] and [y\]: z, but [1] and [2, 3]`],
  ['<b>&amp; R&D, a < 3 > b', String.raw`\<b>\&amp; R&D, a < 3 > b`],
  ['a | b `c` ~~d~~ $e$', String.raw`a \| b \`c\` \~\~d\~\~ \$e\$`],
  ['# heading', String.raw`\# heading`],
  ['> quotation', String.raw`\> quotation`],
  ['[x] done', String.raw`\[x] done`],
  ['1. item', String.raw`1\. item`],
  ['12.5 ms', '12.5 ms'],
  ['- item', String.raw`\- item`],
  ['@team at www.a.b', String.raw`&#64;team at www\.a.b`],
  ['C:\\dir', 'C:\\\\dir'],
])('escapes %s', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

test('does not escape a dash within a line', () => {
  expect(escapeInline('-[1]')).toBe('-[1]');
});
