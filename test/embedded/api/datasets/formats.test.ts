import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

function upload(raw: string, type: string, query = ''): Promise<Answer> {
  return bench.ask('POST', `/v1/datasets${query}`, { raw, headers: { 'content-type': type } });
}

async function readStored({ json }: Answer): Promise<unknown[]> {
  const text = await bench.deps.datasets.getText(bench.tenantId, json.datasetId);
  return (text ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const jsonl = 'application/jsonl';
const writeLines = (...rows: object[]) => rows.map((row) => JSON.stringify(row)).join('\n');

describe('a trace is read in its own unit of time', () => {
  const burst = [
    'Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type',
    '11,s1,2,Blue,300,21,321,Conversation log',
    '14,s2,0,Blue,810,0,810,API log',
    '21.5,s1,3,"Blue, large",95,33,128,Conversation log',
  ].join('\r\n');
  const bailian = writeLines(
    { chat_id: 7, parent_chat_id: -1, timestamp: 12.25, input_length: 90, output_length: 4, turn: 1, hash_ids: [5, 6] },
    { chat_id: 8, parent_chat_id: 7, timestamp: 14.117, input_length: 150, output_length: 6, turn: 2, hash_ids: [5] },
  );
  const timed = writeLines(
    { timestamp: 0.25, input_length: 90, output_length: 4, hash_ids: [1] },
    { timestamp: 1.117, input_length: 150, output_length: 6, hash_ids: [1, 2] },
  );
  const azure = [
    'TIMESTAMP,ContextTokens,GeneratedTokens,Region',
    '2024-05-10 00:00:00.250000+00:00,90,4,west',
    '2024-05-10 00:00:02.117000+00:00,150,6,west',
  ].join('\n');

  test.each([
    ['burstgpt', burst, 'text/csv', 's', 10_500, ['Session ID', 'Elapsed time', 'Model', 'Total tokens', 'Log Type']],
    ['qwen-bailian', bailian, jsonl, 's', 1_867, ['chat_id', 'parent_chat_id', 'turn']],
    ['vllm', timed, jsonl, 's', 867, []],
    ['mooncake', timed.replaceAll(/0\.25|1\.117/g, (text) => `${Number(text) * 1_000}`), jsonl, 'ms', 867, []],
    ['azure', azure, 'text/csv', null, 1_867, ['Region']],
  ] as const)('%s', async (format, text, type, timeUnit, spanMs, ignoredColumns) => {
    for (const query of ['?kind=trace', '', `?format=${format}`]) {
      const { json } = await upload(text, type, query);
      expect(json).toMatchObject({ kind: 'trace', entries: 2, reading: { format, timeUnit, ignoredColumns } });
      expect(json.reading.spanMs).toBeCloseTo(spanMs, 3);
    }
  });

  test('with word of the rows that were omitted', async () => {
    const made = await upload(burst, 'text/csv');
    expect(made.json.reading.omitted).toEqual([{ reason: '0 output tokens (Response tokens)', entries: 1 }]);
    expect(made.json.reading.notes).toEqual([
      'Read as BurstGPT: 2 entries; timestamps read as seconds; span 10.5 s.',
      '1 of 3 entries omitted: 0 output tokens (Response tokens).',
      'Not used: Session ID, Elapsed time, Model, Total tokens, Log Type.',
    ]);
    expect(await readStored(made)).toEqual([
      { atMs: 11_000, inputTokens: 300, outputTokens: 21 },
      { atMs: 21_500, inputTokens: 95, outputTokens: 33 },
    ]);
  });

  test('with its blocks, and exact times', async () => {
    const made = await upload(bailian, jsonl);
    expect(made.json.reading.blockTokens).toBe(16);
    expect(await readStored(made)).toEqual([
      { timestamp: 12_250, input_length: 90, output_length: 4, hash_ids: [5, 6] },
      { timestamp: 14_117, input_length: 150, output_length: 6, hash_ids: [5] },
    ]);
  });

  test('that the size of the numbers shows, if they count from 1970', async () => {
    for (const [timeUnit, scale] of [
      ['s', 1],
      ['ms', 1_000],
    ] as const) {
      const table = `TIMESTAMP,ContextTokens,GeneratedTokens\n${1_700_000_000 * scale},9,9\n${1_700_000_060 * scale},9,9\n`;
      expect((await upload(table, 'text/csv')).json.reading).toMatchObject({
        format: 'azure',
        timeUnit,
        spanMs: 60_000,
      });
    }
  });

  test('that the caller states, and with columns that the caller names', async () => {
    const table = 'arrived\tasked\tanswered\n3\t40\t5\n4\t41\t6\n';
    const query = '?columns=atMs:arrived,inputTokens:asked,outputTokens:answered';
    const unclear = await upload(table, 'text/tab-separated-values', query);
    expect(unclear.json.faults[0]).toMatchObject({ pointer: 'line:2/arrived' });
    expect(unclear.json.faults[0].remedy).toContain('timeUnit=s');
    const made = await upload(table, 'text/tab-separated-values', `${query}&timeUnit=s`);
    expect(made.json).toMatchObject({ entries: 2, reading: { timeUnit: 's', spanMs: 1_000, encoding: 'csv' } });
  });

  test('that the caller names with the format, even if another column has the times', async () => {
    const table = burst.replace('Timestamp', 'time');
    const made = await upload(table, 'text/csv', '?format=burstgpt&columns=atMs:time');
    expect(made.json.reading).toMatchObject({ format: 'burstgpt', timeUnit: 's', spanMs: 10_500 });
  });

  test('without a media type for tables', async () => {
    for (const [format, table] of [
      ['burstgpt', burst],
      ['azure', azure],
    ]) {
      const { json } = await upload(table ?? '', 'application/octet-stream');
      expect(json).toMatchObject({ kind: 'trace', entries: 2, reading: { format, encoding: 'csv' } });
    }
    const { json } = await upload('when;q\n1;Why?\n', 'application/octet-stream', '?columns=prompt:q');
    expect(json).toMatchObject({ kind: 'prompts', entries: 1, reading: { format: 'prompts', encoding: 'csv' } });
  });

  test('only if the numbers show it', async () => {
    const rows = Array.from({ length: 200 }, (_, k) => ({ timestamp: 18 * k, input_length: 90, output_length: 4 }));
    const unclear = await upload(writeLines(...rows), jsonl);
    expect(unclear.json.faults[0].fault).toContain('seconds and milliseconds are both plausible');
    const epoch = 'Timestamp,Request tokens,Response tokens\n1700000000250,90,4\n1700000001250,9,4';
    for (const query of ['', '?format=burstgpt']) {
      const other = await upload(epoch, 'text/csv', query);
      expect(other.json.faults[0].fault).toContain('milliseconds and seconds are both plausible');
    }
    const { json } = await upload(writeLines(...rows), jsonl, '?timeUnit=s');
    expect(json.reading).toMatchObject({ timeUnit: 's', spanMs: 3_582_000 });
  });
});

describe('prompts are read', () => {
  const asked = [
    {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Which way is up?' },
      ],
      maxOutputTokens: 7,
    },
    { prompt: 'Who goes there?' },
  ];
  const batch = writeLines(
    {
      custom_id: 'a',
      method: 'POST',
      url: '/v1/chat/completions',
      body: { model: 'm', max_tokens: 7, ...omitLimit(asked[0]) },
    },
    { custom_id: 'b', method: 'POST', url: '/v1/responses', body: { model: 'm', input: 'Who goes there?' } },
  );
  const sharegpt = JSON.stringify(
    [
      {
        id: 'a',
        conversations: [
          { from: 'system', value: 'Be brief.' },
          { from: 'human', value: 'Which way is up?' },
        ],
      },
      {
        id: 'b',
        conversations: [
          { from: 'gpt', value: 'Hello' },
          { from: 'human', value: 'Who goes there?' },
        ],
      },
      { id: 'c', conversations: [{ from: 'gpt', value: 'Nobody, "asks" [here] {' }] },
    ],
    null,
    1,
  );
  const plain = { prompt: 'Which way is up?' };

  test.each([
    ['openai-batch', batch, jsonl, '', asked, ['body/model']],
    ['sharegpt', sharegpt, 'application/json', '', [omitLimit(asked[0]), asked[1]], ['id']],
    ['turns', writeLines({ question_id: 1, turns: ['Which way is up?', 'Why?'] }), jsonl, '', [plain], ['question_id']],
    ['prompts', writeLines({ id: 1, ...plain, max_tokens: 9 }), jsonl, '', [{ ...plain, maxOutputTokens: 9 }], ['id']],
    [
      'prompts',
      'id,Prompt\n1,"Which way\n is ""up""?"\n2,\n',
      'text/csv',
      '',
      [{ prompt: 'Which way\n is "up"?' }],
      ['id'],
    ],
    [
      'prompts',
      'a;ask;len\n1;Which way is up?;9\n',
      'text/csv',
      '?columns=prompt:ask,maxOutputTokens:len',
      [{ ...plain, maxOutputTokens: 9 }],
      ['a'],
    ],
    ['lines', '\ufeffWhich way is up?\r\n\n', 'text/plain', '?kind=prompts', [plain], []],
  ])('%s: %j', async (format, text, type, query, entries, ignoredColumns) => {
    const made = await upload(text, type, query);
    expect(made.json).toMatchObject({ kind: 'prompts', entries: entries.length, reading: { format, ignoredColumns } });
    expect(await readStored(made)).toEqual(entries);
  });

  test('with their lengths, which are not a trace', async () => {
    const lengths = { inputTokens: 9, outputTokens: 4, input_length: 9, output_length: 4 };
    for (const [more, query] of [
      [lengths, '?kind=prompts'],
      [{ outputTokens: 4, input_length: 9 }, ''],
    ] as const) {
      const made = await upload(writeLines({ ...plain, ...more }), jsonl, query);
      expect(made.json).toMatchObject({ kind: 'prompts', entries: 1, reading: { ignoredColumns: Object.keys(more) } });
    }
    const traced = writeLines({ atMs: 1, inputTokens: 9, outputTokens: 4, prompt: 'Why?' });
    const made = await upload(traced, jsonl, '?kind=trace');
    expect(made.json).toMatchObject({ kind: 'trace', reading: { format: 'trace', ignoredColumns: ['prompt'] } });
  });

  test('again from the stored text, with the same digest', async () => {
    const made = await upload(sharegpt, 'application/json');
    expect(made.json.reading.uploadSha256).not.toBe(made.json.contentSha256);
    const again = await upload(`${writeLines(...((await readStored(made)) as object[]))}\n`, jsonl);
    expect(again.json.contentSha256).toBe(made.json.contentSha256);
    expect(again.json.reading.uploadSha256).toBe(made.json.contentSha256);
    expect((await upload(sharegpt, 'application/json')).json).toEqual(made.json);
  });
});

describe('a file that cannot be read is refused with the remedy', () => {
  test.each([
    ['{"question": "a"}', jsonl, '', 'line:1', 'columns=prompt:NAME'],
    ['when,in,out\n1,2,3', 'text/csv', '', 'line:1', 'columns=atMs:NAME,inputTokens:NAME,outputTokens:NAME'],
    ['{"conversations": []}', jsonl, '?kind=trace', 'line:1', 'kind=prompts'],
    ['{"timestamp": 1, "input_length": 2, "output_length": 3}', jsonl, '?kind=prompts', 'line:1', 'kind=trace'],
    ['{"prompt": "a", "atMs": 1, "inputTokens": 2}', jsonl, '', 'line:1', 'kind=trace or kind=prompts'],
    ['{"prompt": "a"}', jsonl, '?format=azure&kind=prompts', '?format', 'kind=trace'],
    ['{"prompt": "a"}', jsonl, '?columns=ask:a', '?columns', 'Use the fields prompt'],
    ['{"prompt": "a"}', jsonl, '?columns=prompt', '?columns', 'pairs of a field and a column'],
    ['[{"prompt": "a"}\n', 'application/json', '', 'line:2', 'one JSON list'],
    ['[\n{"prompt": "a"},\n{"prompt": 1}]', 'application/json', '', 'line:3/prompt', 'Use'],
    [
      '{"custom_id": "a", "body": {"messages": [{"role": "tool", "content": "x"}]}}',
      jsonl,
      '',
      'line:1/body/messages/0/role',
      'Use',
    ],
    ['{"turns": [1]}', jsonl, '', 'line:1/turns/0', 'Use'],
    ['Timestamp,Request tokens,Response tokens\nsoon,1,2', 'text/csv', '', 'line:2/Timestamp', 'Use'],
    ['\u001f\u008b', jsonl, '', '', 'Send the text in UTF-8'],
  ])('%j', async (text, type, query, pointer, remedy) => {
    const raw = text.startsWith('\u001f') ? Uint8Array.of(0xff) : text;
    const answer = await bench.ask('POST', `/v1/datasets${query}`, { raw, headers: { 'content-type': type } });
    expect(answer.status).toBe(400);
    expect(answer.json.faults[0].pointer).toBe(pointer);
    expect(answer.json.faults[0].remedy).toContain(remedy);
  });
});

function omitLimit(entry: object | undefined): object {
  return Object.fromEntries(Object.entries(entry ?? {}).filter(([name]) => name !== 'maxOutputTokens'));
}
