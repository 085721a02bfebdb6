import { expect, test } from 'vitest';
import { escapeMarkdown } from '../../../../shared/report/markdown/escape-markdown.ts';

test.each([
  ['*a* and _b_, not c_d_e', String.raw`\*a\* and \_b\_, not c_d_e`],
  ['[x](https://a.b) ![i](//c)', String.raw`\[x\](https\://a.b) !\[i\](//c)`],
  ['<b>&amp; R&D', String.raw`\<b\>\&amp; R&D`],
  ['a | b `c` ~~d~~ $e$', String.raw`a \| b \`c\` \~\~d\~\~ \$e\$`],
  ['# heading', String.raw`\# heading`],
  ['1. item', String.raw`1\. item`],
  ['12.5 ms', '12.5 ms'],
  ['- item', String.raw`\- item`],
  ['@team at www.a.b', String.raw`&#64;team at www\.a.b`],
  ['C:\\dir', 'C:\\\\dir'],
])('%s shows as it is', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});
