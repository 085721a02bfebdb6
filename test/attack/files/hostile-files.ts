/** A file that somebody uploads, as a dataset with this media type or as a result of LLMPerf. */
export type HostileFile = { name: string; type: string; text: string };

const lines = (line: string, count: number) => `${line}\n`.repeat(count);
const prompt = (value: unknown) => JSON.stringify({ prompt: value });
const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const jsonl = (name: string, text: string): HostileFile => ({ name, type: 'application/jsonl', text });
const plain = (name: string, text: string): HostileFile => ({ name, type: 'text/plain', text });
const csv = (name: string, text: string): HostileFile => ({ name, type: 'text/csv', text });

/** Files that are larger, deeper, or stranger than a dataset. The largest have nearly the size that the API accepts. */
export const hostileDatasets: readonly HostileFile[] = [
  jsonl('300,000 lines of {}', lines('{}', 300_000)),
  jsonl('150,000 prompts', lines(prompt('x'), 150_000)),
  jsonl('a prompt of 4 MB', prompt('x'.repeat(4_000_000))),
  jsonl('a prompt of 4 MB of spaces', prompt(' '.repeat(4_000_000))),
  jsonl('a list 100,000 deep', deep(100_000)),
  jsonl('a prompt in a list 100,000 deep', `{"prompt": ${deep(100_000)}}`),
  jsonl('fields named __proto__', '{"__proto__": {"prompt": "x"}, "prompt": "y"}'),
  jsonl(
    '50,000 unknown fields',
    JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, k) => [`prompts${k}`, 1]))),
  ),
  jsonl('a lone surrogate', '{"prompt": "\\ud800"}'),
  jsonl('a NUL', '{"prompt": "a\\u0000b"}'),
  jsonl('a number beyond a double', '{"prompt": "x", "maxOutputTokens": 1e999}'),
  jsonl('half of a line', '{"prompt": "x'),
  jsonl('2 MB of line breaks', '\n'.repeat(2_000_000)),
  plain('a line of 4 MB', 'x'.repeat(4_000_000)),
  plain('2 million lines', 'x\n'.repeat(2_000_000)),
  plain('4 MB of spaces', ' '.repeat(4_000_000)),
  plain('marks that combine with one letter', `a${'\u0301'.repeat(1_000_000)}`),
  plain('a text without an end of line, of emoji', '👩‍👩‍👧‍👦'.repeat(150_000)),
  csv('quotes without an end', `timestamp,input_length,output_length\n${'"'.repeat(2_000_000)}`),
  csv('20,000 columns', `${Array.from({ length: 20_000 }, (_, k) => `c${k}`).join(',')}\n${'1,'.repeat(20_000)}`),
  csv('formulas', 'timestamp,input_length,output_length\n=cmd|1,+1,-1'),
  csv('negative and infinite times', 'timestamp,input_length,output_length\n-1e308,1,1\nInfinity,1,1\nNaN,1,1'),
  csv('times in the wrong order', `timestamp,input_length,output_length\n${lines('9,1,1\n1,1,1', 50_000)}`),
];

const summary = { version: '2023-08-31', model: 'm', num_concurrent_requests: 5 };

/** Bodies that somebody imports as results of LLMPerf. */
export const hostileImports: readonly { name: string; body: string }[] = [
  { name: 'nothing', body: '{}' },
  { name: 'a deep list', body: `{"results": ${deep(100_000)}}` },
  { name: '100,000 results', body: JSON.stringify({ results: Array(100_000).fill({}) }) },
  {
    name: 'a summary with other types',
    body: JSON.stringify({ results: [{ summary: { ...summary, num_concurrent_requests: {} } }] }),
  },
  {
    name: 'a summary with 10^308 requests',
    body: JSON.stringify({ results: [{ summary: { ...summary, results_num_requests_started: 1e308 } }] }),
  },
  {
    name: 'a summary with -1 requests',
    body: JSON.stringify({ results: [{ summary: { ...summary, results_num_requests_started: -1 } }] }),
  },
  {
    name: 'records that are numbers',
    body: JSON.stringify({ results: [{ summary, individualResponses: [1, 2, 3] }] }),
  },
  {
    name: '60,000 records with one field',
    body: JSON.stringify({ results: [{ summary, individualResponses: Array(60_000).fill({ ttft_s: 1 }) }] }),
  },
  {
    name: 'columns of different lengths',
    body: JSON.stringify({ results: [{ individualResponses: { ttft_s: [1, 2], error_code: [1] } }] }),
  },
  { name: 'a text of NaN', body: JSON.stringify({ results: [{ summary: 'NaN' }] }) },
  { name: 'a text that is deep', body: JSON.stringify({ results: [{ summary: deep(200_000) }] }) },
  {
    name: 'a model name with markup',
    body: JSON.stringify({ results: [{ summary: { ...summary, model: '<img src=x onerror=alert(1)>' } }] }),
  },
];
