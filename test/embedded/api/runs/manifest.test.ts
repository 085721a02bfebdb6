import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';
import { storeEndedRun } from '../store-ended-run.ts';

let bench: ApiBench;
let runId: string;
beforeAll(async () => {
  bench = await openApiBench({ MAX_STREAMS_PER_WORKER: '3' });
  runId = await storeEndedRun(bench);
});
afterAll(() => bench.close());

describe('the manifest', () => {
  test('is canonical JSON, and the run, Content-Digest and ETag have its SHA-256', async () => {
    const answer = await bench.ask('GET', `/v1/runs/${runId}/manifest`);
    expect(answer.text).toBe(canonicalize(answer.json));
    const digest = createHash('sha256').update(answer.text).digest();
    expect((await bench.ask('GET', `/v1/runs/${runId}`)).json.manifestSha256).toBe(digest.toString('hex'));
    expect(answer.headers.get('etag')).toBe(`"${digest.toString('hex')}"`);
    expect(answer.headers.get('content-digest')).toBe(`sha-256=:${digest.toString('base64')}:`);
  });
});
