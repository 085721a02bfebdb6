import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';
import { requests, storeEndedRun } from '../store-ended-run.ts';

const csvHeader = [
  'stageIndex,targetId,levelIndex,requestIndex,warmup,batchIndex,attempt,outcome,notSentReason,originWallMs',
  'dueMs,startMs,sentMs,headersMs,firstReadMs,firstOutputMs,firstAnswerMs,lastOutputMs,endMs',
  'connection.reused,connection.dnsMs,connection.connectMs,connection.tlsMs,httpStatus,retryAfterMs',
  'error.code,error.message,finishReason,requestedOutputTokens,inputTokens,outputTokens',
  'usage.inputTokens,usage.outputTokens,usage.cachedTokens,usage.reasoningTokens',
  'checksum,checksumAnyOk,linesFromInput,outputEvents,reads,bytes',
  'requestedInputTokens,conversationIndex,turn,expectedNumber,answerNumber,disturbed,notes,firstStartMs,exchangeId',
];

let bench: ApiBench;
let runId: string;
beforeAll(async () => {
  bench = await openApiBench({ MAX_STREAMS_PER_WORKER: '3' });
  runId = await storeEndedRun(bench);
});
afterAll(() => bench.close());

describe('the samples', () => {
  const read = async (query: string) => {
    const lines: { stageIndex: number; batchIndex: number; requestIndex: number; warmup: boolean; outcome: string }[] =
      [];
    let path: string | null = `/v1/runs/${runId}/samples.ndjson${query}`;
    for (let pages = 0; path !== null && pages < 100; pages++) {
      const answer = await bench.ask('GET', path);
      lines.push(
        ...answer.text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line)),
      );
      path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
    }
    return lines;
  };

  test('contain every planned request once for any page size', async () => {
    const whole = await read('');
    expect(whole).toHaveLength(2 * (requests + 2));
    expect(new Set(whole.map(({ stageIndex, requestIndex }) => `${stageIndex}/${requestIndex}`)).size).toBe(
      whole.length,
    );
    expect(whole.filter(({ outcome, warmup }) => outcome === 'not_sent' && !warmup)).toHaveLength(2 * 5);
    for (const limit of [1, 7, 21, 1_000]) expect(await read(`?limit=${limit}`)).toEqual(whole);
  });

  test('are available as CSV with escaped formulas', async () => {
    const { text } = await bench.ask('GET', `/v1/runs/${runId}/samples.csv`);
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 2 * (requests + 2));
    expect(lines[0]).toBe(csvHeader.join(','));
    expect(lines[1]).toMatch(/^0,[^,]+,0,0,false,0,1,/);
    expect(text).toContain(`"'=cmd|calc, ""quoted"""`);
    expect(text).not.toMatch(/,"?=/);
  });

  test('are available as JSON pages with the cursor of the next page', async () => {
    const lines = await read('');
    const first = (await bench.ask('GET', `/v1/runs/${runId}/samples.json?limit=7`)).json;
    expect(first.items).toEqual(lines.slice(0, 7));
    const rest = (await bench.ask('GET', `/v1/runs/${runId}/samples.json?cursor=${first.cursor}`)).json;
    expect(rest).toEqual({ items: lines.slice(7), cursor: null });
  });

  test.each(['garbage', btoa('[9,0,0]'), btoa('[0,99,0]'), btoa('[0,0,-1]'), btoa('{}')])(
    'reject an invalid cursor: %s',
    async (cursor) => {
      const answer = await bench.ask('GET', `/v1/runs/${runId}/samples.ndjson?cursor=${cursor}`);
      expect(answer.status).toBe(400);
      expect(answer.json.faults[0].pointer).toBe('?cursor');
    },
  );
});
