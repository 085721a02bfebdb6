import { computeUpperBoundNanoUsd } from '../../shared/cost/compute-request-cost-usd.ts';
import { AnswerReading } from '../../shared/measure/answer-reading.ts';
import type { Exchange } from '../../shared/measure/instrument.ts';
import { type Interpretation, interpretInSteps } from '../../shared/measure/interpret-exchange.ts';
import { createAnswerLimits } from '../../shared/measure/read-answer.ts';
import { createRequestSigner } from '../../shared/measure/sign-request.ts';
import { buildBody, buildEndpoint } from '../../shared/protocols/build-request.ts';
import { loadDialect } from '../../shared/protocols/load-dialect.ts';
import type { CheckMessage } from '../../shared/records/messages.ts';
import { type CheckResult, maxCheckMs, type TargetCheckRecord } from '../../shared/records/target-check.ts';
import { maskSecrets } from '../../shared/secrets/mask-secrets.ts';
import { storedTargetSchema, type Target } from '../../shared/spec/target.ts';
import { listSecrets, readSecrets } from '../../shared/spec/target-secrets.ts';
import { runInSlices } from '../../shared/time-slices.ts';
import type { Prompt } from '../../shared/workload/prompt.ts';
import type { WorkerDeps } from './compose.ts';
import { type OpenAccess, openAccess, openSession } from './open-target.ts';
import { describeSecrets, recordCheck } from './record-exchanges.ts';
import { routeTarget } from './route-target.ts';

/** A short prompt of its own, so that a check warms no cache for the prompts of a run. */
const checkPrompt: Prompt = {
  messages: [{ role: 'user', content: 'Reply with the word "ok".' }],
  inputTokens: 9,
  maxOutputTokens: 32,
  expectedNumber: null,
  inputLines: null,
};

const maxOutputLength = 200;

/**
 * Sends one request to a target over the instrument, as a run would, and stores what came back. A repeated message sends
 * no second request. Advances the run that waits for the check.
 */
export async function checkTarget(deps: WorkerDeps, { ownerId, targetIndex }: CheckMessage): Promise<void> {
  const key = { ownerId, targetIndex };
  const open = { startedAtMs: null, result: null };
  const record = await deps.targetChecks.update(key, open, { startedAtMs: deps.clock.nowMs() });
  if (record === null) return deps.logger.info('check message skipped', key);
  const result = await tryTarget(deps, record).catch((error: unknown) => {
    deps.logger.error('the check of a target failed', { ...key, error });
    return describeUnsent('unclassified', 'check_failed', 'The check failed in the service. See the log of the worker');
  });
  await deps.targetChecks.update(key, { result: null }, { result, sealedSecrets: null });
  deps.logger.info('target checked', { ...key, outcome: result.outcome });
  if (ownerId.startsWith('run_')) await deps.queue.send({ kind: 'advance', runId: ownerId });
}

async function tryTarget(deps: WorkerDeps, record: TargetCheckRecord): Promise<CheckResult> {
  const target = storedTargetSchema.parse(JSON.parse(record.targetJson));
  const access = await openRecorded(deps, record, target);
  if (access.refusal !== null) return describeUnsent('not_sent', access.refusal.code, access.refusal.message);
  if (!(await isWithinCostCap(deps, record, target)))
    return describeUnsent('not_sent', 'cost_cap', 'The request could have exceeded limits.maxCostUsd');
  return exchangeOnce(deps, record, target, access);
}

async function openRecorded(
  deps: WorkerDeps,
  { sealedSecrets, tenantId, ownerId, targetIndex }: TargetCheckRecord,
  target: Target,
): ReturnType<typeof openAccess> {
  if (sealedSecrets === null) return openAccess(deps, tenantId, target);
  const context = { tenantId, ownerId, targetIndex: String(targetIndex) };
  const secrets = readSecrets(await deps.secrets.open(sealedSecrets, context), true);
  return { secrets, source: null, refusal: null };
}

/** Reserves the maximum cost of the request in the cost limit of its run. Checks without a run have no limit. */
async function isWithinCostCap({ runs }: WorkerDeps, { ownerId }: TargetCheckRecord, { pricing }: Target) {
  const capUsd = ownerId.startsWith('run_') ? (await runs.get(ownerId))?.spec.limits.maxCostUsd : undefined;
  if (capUsd === undefined || pricing === undefined) return true;
  const nanoUsd = computeUpperBoundNanoUsd(pricing, checkPrompt.inputTokens, checkPrompt.maxOutputTokens);
  return runs.reserve(ownerId, nanoUsd, Math.floor(capUsd * 1e9));
}

async function exchangeOnce(
  deps: WorkerDeps,
  record: TargetCheckRecord,
  target: Target,
  { secrets, source }: OpenAccess,
): Promise<CheckResult> {
  const { apiKey, secretHeaders, clientKey } = secrets;
  const dialect = await loadDialect(target.protocol);
  const built = buildEndpoint(dialect, target, apiKey, secretHeaders);
  const { endpoint, proxy } = routeTarget(target, built, deps.config.proxies);
  const body = buildBody(dialect, target, checkPrompt);
  const signer = createRequestSigner(target, apiKey, () => deps.clock.nowMs(), source);
  const reading = new AnswerReading(dialect, createAnswerLimits(deps.config.maxResponseBytes));
  const exchanges: Exchange[] = [];
  async function* listRequests() {
    yield signer === null ? { index: 0, body } : { index: 0, body, sign: signer({ ...endpoint, body }) };
  }
  const timeouts = { requestTimeoutMs: maxCheckMs, firstTokenTimeoutMs: null, stallTimeoutMs: maxCheckMs };
  const own = { ...endpoint, proxy, clientKey };
  const keepsWire = record.recordExchanges !== undefined;
  const session = await openSession(deps, { ...target, connection: 'fresh' }, own, timeouts, keepsWire);
  try {
    const load = { mode: 'concurrency', concurrency: 1 } as const;
    const phase = { load, count: 1, requests: listRequests(), startAtMs: null, lastStartAtMs: null };
    const keep = (exchange: Exchange) => exchanges.push(exchange);
    await session.run(phase, keep, (part) => runInSlices(reading.feed(part))).done;
  } finally {
    await session.close();
  }
  const [exchange] = exchanges;
  if (exchange === undefined) throw new Error('Internal error: the instrument returned no exchange');
  const options = { secrets: listSecrets(secrets), stallTimeoutMs: maxCheckMs, reading };
  const read = await runInSlices(interpretInSteps(exchange, dialect, options));
  const exchangeId = await recordCheck(
    deps,
    record,
    { exchange, read, originWallMs: session.originWallMs },
    describeSecrets(target, secrets, proxy, dialect),
  );
  return { ...describeExchange(exchange, read, options.secrets), exchangeId };
}

function describeExchange(exchange: Exchange, read: Interpretation, secrets: readonly string[]): CheckResult {
  const { startMs, endMs, httpStatus, connection } = exchange;
  const since = (atMs: number | null) => (atMs === null || startMs === null ? null : Math.max(0, atMs - startMs));
  const phases = connection === null ? [] : [connection.dnsMs, connection.connectMs, connection.tlsMs];
  const known = phases.filter((ms) => ms !== null);
  return {
    outcome: read.outcome,
    httpStatus,
    error: read.error,
    notes: read.notes,
    connectMs: known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0),
    ttftMs: since(read.firstOutputMs),
    e2eMs: since(endMs),
    finishReason: read.finishReason,
    outputText: maskSecrets(read.outputText, secrets)
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim()
      .slice(0, maxOutputLength),
  };
}

function describeUnsent(outcome: 'not_sent' | 'unclassified', code: string, message: string): CheckResult {
  const times = { connectMs: null, ttftMs: null, e2eMs: null };
  return {
    outcome,
    httpStatus: null,
    error: { code, message },
    notes: null,
    ...times,
    finishReason: null,
    outputText: '',
  };
}
