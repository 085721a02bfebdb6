import { expect, test } from 'vitest';
import { escapeInline, escapeMarkdown } from '../../../../../shared/report/render/markdown/escape-markdown.ts';

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
])('%s shows as it is', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

test('within a line a dash is a dash', () => {
  expect(escapeInline('-[1]')).toBe('-[1]');
});
