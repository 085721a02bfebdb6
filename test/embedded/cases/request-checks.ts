import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { z } from 'zod';
import type { CaseCheck, CaseRun, CaseTools } from './case-check.ts';

const targetsSchema = z.array(z.record(z.string(), z.unknown())).min(1);

/** Returns the spec of the case with other fields in its first target. */
function changeTarget(spec: CaseTools['spec'], change: Record<string, unknown>): Record<string, unknown> {
  const [first, ...others] = targetsSchema.parse(spec['targets']);
  return { ...spec, targets: [{ ...first, ...change }, ...others] };
}

function expectAllOk({ samples }: CaseRun): void {
  expect(samples.map(({ outcome, error }) => [outcome, error])).toEqual(samples.map(() => ['ok', null]));
}

const listWarnings = ({ report }: CaseRun) => report.stages.flatMap(({ warnings }) => warnings).join('\n');

const expectOk: CaseCheck = async ({ run }) => expectAllOk(await run());

/** Checks of the cases about requests, connections, and sizes, by number. */
export const requestChecks: Readonly<Record<string, CaseCheck>> = {
  '60': async ({ run }) => {
    const result = await run();
    expectAllOk(result);
    expect(result.samples[0]).toMatchObject({ outputEvents: 32_768, finishReason: 'length' });
  },
  '61': async ({ run }) => {
    const result = await run();
    expectAllOk(result);
    expect(result.report.stages[0]?.windows.full.completedRequestsPerMinute.value).toBeGreaterThan(1_000);
    expect(listWarnings(result)).toContain('stayed open after the answer');
  },
  '63': async ({ run }) => {
    const result = await run();
    expectAllOk(result);
    expect(listWarnings(result)).toContain('"connection": "fresh"');
  },
  '82': expectOk,
  '83': async ({ run, spec }) => {
    await expect(run()).rejects.toThrow('secretHeaders');
    const [{ headers } = {}] = targetsSchema.parse(spec['targets']);
    expectAllOk(await run(changeTarget(spec, { headers: {}, secretHeaders: headers })));
  },
  '84': async ({ run, spec }) => {
    const auth = { style: 'header', name: 'Authorization', scheme: 'Api-Key' };
    expectAllOk(await run(changeTarget(spec, { apiKey: 'made-up-key', auth })));
  },
  '85': expectOk,
  '86': async ({ run, spec }) => {
    const redirected = await run();
    expect(redirected.samples[0]?.error?.message).toContain('a redirect to /v1/chat/completions/');
    expectAllOk(await run(changeTarget(spec, { path: '/v1/chat/completions/' })));
    expectAllOk(await run(changeTarget(spec, { followRedirects: true })));
  },
  '88': async ({ run, spec, serverOutput }) => {
    const { samples } = await run();
    expect(samples[0]).toMatchObject({ outcome: 'tls' });
    expect(samples[0]?.error?.message).toContain('NODE_EXTRA_CA_CERTS');
    const file = /certificate (\S+)/.exec(serverOutput())?.[1] ?? '';
    expectAllOk(await run(changeTarget(spec, { ca: await readFile(file, 'utf8') })));
  },
  '89': async ({ port, runElsewhere, serverOutput }) => {
    const proxy = `http://127.0.0.1:${port}`;
    const result = await runElsewhere({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy });
    expectAllOk(result);
    expect(serverOutput()).toContain('asked 2');
    expect(listWarnings(result)).toContain('through a proxy');
  },
  '93': async ({ run }) => {
    const result = await run();
    expectAllOk(result);
    expect(listWarnings(result)).toContain('both a content-length and a transfer coding');
  },
};
