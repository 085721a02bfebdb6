import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRunClient, hasEnded } from '../../../infra/client/run-client.ts';
import { outcomeCases } from '../../support/factories/outcome-cases.ts';
import { whole, write } from '../../support/servers/scripted-responses.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/servers/scripted-server.ts';
import { readAllSamples } from '../../support/service/read-all-samples.ts';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.ts';
import { type ProcessWatch, watchProcesses } from '../../support/service/watch-processes.ts';
import { isShort } from '../attack-form.ts';
import { recordCases } from '../record-cases.ts';
import { contentModes } from './content-modes.ts';
import { framingModes } from './framing-modes.ts';
import type { HostileMode } from './hostile-mode.ts';

const requests = 2;
/** Characters of both samples as JSON. Texts of the server are cut. */
const maxSampleCharacters = 20_000;
const maxProcessMb = 1_024;
/** Only a stop of the API takes so long. A busy machine may take a part of it. */
const maxHealthMs = 10_000;
const redirects = ['301 Moved Permanently', '302 Found', '303 See Other', '307 Temporary Redirect', '308 Permanent'];

let server: ScriptedServer;
/** A server that only a followed redirect reaches. */
let trap: ScriptedServer;
let service: ServiceProcess;
let watch: ProcessWatch;
let dataDir: string;

/** The modes of the instrument's own tests that need no settings other than time limits. */
const knownModes: HostileMode[] = outcomeCases
  .filter(([, , { maxResponseBytes }]) => maxResponseBytes === undefined)
  .map(([name, script, { firstTokenTimeoutMs }, outcome]) => ({
    name,
    script,
    outcomes: [outcome],
    limits: typeof firstTokenTimeoutMs === 'number' ? { firstTokenTimeoutMs: 700 } : {},
  }));
const redirectModes: HostileMode[] = redirects.map((status) => ({
  name: `a redirect to this machine (${status.slice(0, 3)})`,
  script: () => [write(whole(status, '', { location: `${trap.url}/v1`, refresh: `0; url=${trap.url}` }))],
  outcomes: ['bad_stream'],
}));
/** Redirects that leave the origin, or never end, for a target that follows those within its origin. */
const followedModes: HostileMode[] = Object.entries({
  'another port': () => `${trap.url}/v1`,
  'another host without a scheme': () => `//localhost:${trap.port}/v1`,
  'backslashes instead of slashes': () => `\\\\127.0.0.1:${trap.port}\\v1`,
  'another port behind the own host as a user': () => `http://127.0.0.1:${server.port}@127.0.0.1:${trap.port}/v1`,
  'another scheme': () => `https://127.0.0.1:${server.port}/v1`,
  'a metadata service': () => 'http://169.254.169.254/latest/meta-data',
  'itself, without an end': (path: string) => path,
}).map(([what, locate]) => ({
  name: `a followed redirect to ${what}`,
  script: ({ head }) => {
    const location = locate(/^POST (\S+)/.exec(head)?.[1] ?? '');
    return [write(whole('307 Temporary Redirect', '', { location }))];
  },
  outcomes: ['bad_stream'],
  followRedirects: true,
}));
const allModes = [...framingModes, ...contentModes, ...redirectModes, ...followedModes, ...knownModes];
const modes = allModes.map((mode, index) => ({ ...mode, index })).filter(({ index }) => !isShort || index % 4 === 0);

beforeAll(async () => {
  trap = await startScriptedServer(() => [write(whole('200 OK', ''))]);
  server = await startScriptedServer((request) => {
    const index = Number(/^POST \/(\d+)\//.exec(request.head)?.[1] ?? -1);
    return allModes[index]?.script(request) ?? [];
  });
  dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-attack-'));
  service = await startServiceProcess(dataDir, { LOG_LEVEL: 'warn', MAX_ACTIVE_RUNS_PER_TENANT: '100' });
  watch = watchProcesses(service.pid, `${service.url}/healthz`);
});
afterAll(async () => {
  await watch.stop();
  await service.stop();
  await server.close();
  await trap.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function attack({ index, name, limits, followRedirects = false }: HostileMode & { index: number }) {
  const client = createRunClient(service);
  let run = await client.createRun({
    name,
    targets: [{ baseUrl: `${server.url}/${index}/v1`, model: 'm', apiKey: 'sk-attack-0123456789', followRedirects }],
    workload: { kind: 'prompts', prompts: [{ prompt: 'Say something short.' }], maxOutputTokens: 8 },
    load: { mode: 'concurrency', stages: [{ concurrency: 1, requests }], warmupRequests: 0 },
    limits: { requestTimeoutMs: 2_500, stallTimeoutMs: 800, ...limits },
  });
  const untilMs = Date.now() + 60_000;
  while (!hasEnded(run) && Date.now() < untilMs) run = await client.getRun(run.runId, 10);
  const samples = await readAllSamples(service, run.runId);
  const report = await client.getReport(run.runId, '');
  return { run, samples, report };
}

describe('Hostile target server', () => {
  describe.concurrent('each run ends with its planned requests', () => {
    test.for(modes)('$name', async (mode, context) => {
      const { run, samples, report } = await attack(mode);
      const hasGood = samples.some(({ outcome }) => outcome === 'ok');
      context.expect(run.status).toBe(hasGood ? 'completed' : 'failed');
      if (!hasGood) context.expect(run.failure?.message).toContain(server.url);
      context.expect(samples.map(({ requestIndex }) => requestIndex)).toEqual([0, 1]);
      const outcomes = [...new Set(samples.map(({ outcome }) => outcome))];
      const codes = [...new Set(samples.map(({ error }) => error?.code ?? null))];
      recordCases(
        context,
        1,
        `${outcomes.join(', ')}${codes[0] === null ? '' : ` (${codes.join(', ').slice(0, 40)})`}`,
      );
      context.expect(JSON.stringify(samples).length).toBeLessThan(maxSampleCharacters);
      for (const outcome of outcomes) context.expect(mode.outcomes).toContain(outcome);
      context.expect(JSON.stringify([samples, run]) + report).not.toContain('sk-attack-0123456789');
    });
  });

  describe('after all runs', () => {
    test('no redirect was followed', () => {
      expect(trap.counts.accepted).toBe(0);
    });

    test('no connection stays open', async () => {
      await expect.poll(() => server.counts.open, { timeout: 10_000 }).toBe(0);
    });

    test('the memory of each process stays bounded', (context) => {
      recordCases(context, 1, `at most ${watch.largestMb().toFixed(0)} MB`);
      expect(watch.largestMb()).toBeLessThan(maxProcessMb);
    });

    test('the API responds all the time', (context) => {
      recordCases(context, 1, `at most ${watch.slowestMs().toFixed(0)} ms`);
      expect(watch.slowestMs()).toBeLessThan(maxHealthMs);
    });

    test('the log contains no key', () => {
      expect(service.output()).not.toContain('sk-attack-0123456789');
    });
  });
});
