import { formatBasicLogin } from '../../shared/basic-login.ts';
import type { ProxyRoute } from '../../shared/egress/proxy-route.ts';
import type { Exchange } from '../../shared/measure/instrument.ts';
import type { StagePlan } from '../../shared/plan/plan-run.ts';
import type { Dialect } from '../../shared/protocols/dialect.ts';
import type { NoteCode } from '../../shared/protocols/parts/notes.ts';
import { resolveAuth } from '../../shared/protocols/target-rules.ts';
import {
  type ExchangeReason,
  type ExchangeSummary,
  formatExchangeId,
  maxExchangesBytes,
  maxNotedExchanges,
  maxUnusualExchanges,
  type RecordedExchange,
} from '../../shared/records/recorded-exchange.ts';
import type { RunRecord } from '../../shared/records/records.ts';
import type { TargetCheckRecord } from '../../shared/records/target-check.ts';
import type { Sample } from '../../shared/sample/sample.ts';
import { listByteSecrets } from '../../shared/secrets/mask-bytes.ts';
import type { Target } from '../../shared/spec/target.ts';
import { listSecrets, type TargetSecrets } from '../../shared/spec/target-secrets.ts';
import { runInSlices } from '../../shared/time-slices.ts';
import type { Attempt } from './batch-ending.ts';
import type { WorkerDeps } from './compose.ts';
import { type ExchangeContext, type ExchangeReading, maxRequestBytes, writeExchange } from './write-exchange.ts';

export type Recorder = ReturnType<typeof createRecorder>;

/** Notes that only repeat how the target was set up. */
const usualNotes: ReadonlySet<string> = new Set<NoteCode>(['via_proxy', 'auto_http_1', 'auto_http_2', 'redirected']);

/** Returns why an exchange is recorded; an empty list if it is usual. */
export function listReasons({ outcome, notes }: ExchangeReading, isFirst: boolean, disturbed: boolean) {
  const codes = (notes ?? '').split('\n').map((note) => note.split(':', 1).join());
  const isSent = outcome !== 'canceled' && outcome !== 'not_sent';
  const found: Record<ExchangeReason, boolean> = {
    first: isFirst,
    failed: isSent && outcome !== 'ok',
    noted: outcome === 'ok' && codes.some((code) => code !== '' && !usualNotes.has(code)),
    disturbed: isSent && disturbed,
  };
  const reasons = Object.keys(found) as ExchangeReason[]; // the type of `found` has these keys
  return reasons.filter((reason) => found[reason]);
}

/** Lists what is secret about the exchanges with a target: texts, and headers with a secret value. */
export function describeSecrets(
  target: Target,
  secrets: TargetSecrets,
  proxy: ProxyRoute | null,
  dialect: Dialect,
): ExchangeContext {
  const login = proxy?.login ?? null;
  const [, password = ''] = /^[^:]*:(.*)$/s.exec(login ?? '') ?? [];
  const logins = login === null ? [] : [login, password, formatBasicLogin(login)];
  const auth = resolveAuth(target);
  const names = [...Object.keys(secrets.secretHeaders), ...(auth.style === 'header' ? [auth.name] : [])];
  return {
    target,
    dialect,
    secrets: listByteSecrets([...listSecrets(secrets), ...logins].filter((text) => text !== '')),
    secretNames: new Set(names.map((name) => name.toLowerCase())),
  };
}

/** Opens the recorder of a batch attempt. Returns null if the run records no exchanges. */
export function openRecorder(
  { deps, claimed, ending }: Attempt,
  context: ExchangeContext,
  originWallMs: number,
): Recorder | null {
  const { run, stage, record } = claimed;
  const firstCount = run.spec.recordExchanges;
  if (firstCount === undefined) return null;
  const { attempt } = record;
  return createRecorder(deps, { run, stage, attempt, firstCount, originWallMs, context, loss: ending.loss });
}

type RecorderOptions = {
  run: Pick<RunRecord, 'runId' | 'spec'>;
  stage: Pick<StagePlan, 'stageIndex' | 'targetIndex' | 'promptOffset' | 'requests'>;
  attempt: number;
  /** Number of first requests of the target to record. */
  firstCount: number;
  originWallMs: number;
  context: ExchangeContext;
  loss: AbortSignal;
};

/** Creates a recorder, which stores exchanges as they end, while their group has room. */
export function createRecorder(deps: Pick<WorkerDeps, 'exchanges' | 'logger'>, options: RecorderOptions) {
  const { run, stage, attempt, firstCount, originWallMs, context, loss } = options;
  const { stageIndex, targetIndex, promptOffset, requests } = stage;
  const targets = run.spec.targets.length;
  const maxBytes = Math.floor(maxExchangesBytes / targets / 3);
  const full = new Set<string>();

  const chooseGroup = (reasons: readonly ExchangeReason[]) => {
    // A request can be sent by two attempts, if a worker was lost.
    if (reasons.includes('first')) return { name: `First${targetIndex}`, maxCount: 2 * firstCount };
    if (reasons.includes('failed'))
      return { name: `Failed${targetIndex}`, maxCount: Math.ceil(maxUnusualExchanges / targets) };
    return { name: `Noted${targetIndex}`, maxCount: Math.ceil(maxNotedExchanges / targets) };
  };
  const store = async (exchange: Exchange, read: ExchangeReading, reasons: ExchangeReason[]) => {
    const { name, maxCount } = chooseGroup(reasons);
    if (full.has(name)) return;
    const { wire, index } = exchange;
    const bytes = Math.min(wire?.requestBody.length ?? 0, maxRequestBytes) + (wire?.response.bytes.length ?? 0);
    if (!(await deps.exchanges.reserve(run.runId, name, { bytes, maxCount, maxBytes }))) {
      full.add(name);
      return;
    }
    const exchangeId = formatExchangeId(stageIndex, index, attempt);
    const place = { exchangeId, reasons, startedAtMs: originWallMs + (exchange.startMs ?? exchange.dueMs) };
    const recorded = await runInSlices(writeExchange(exchange, read, context, place), loss);
    await putExchange(deps, run.runId, recorded, { stageIndex, requestIndex: index, expiresAtMs: null });
  };
  return {
    /** Stores an exchange if it is to be recorded. A failure to store it never fails the request. */
    keep: async (exchange: Exchange, sample: Sample, outputText: string): Promise<void> => {
      const isFirst = !sample.warmup && exchange.index < requests && promptOffset + exchange.index < firstCount;
      const read = { ...sample, outputText };
      const reasons = listReasons(read, isFirst, exchange.disturbed);
      if (reasons.length === 0 || sample.outcome === 'not_sent') return;
      try {
        await store(exchange, read, reasons);
      } catch (error) {
        if (!loss.aborted) deps.logger.warn('exchange not recorded', { error });
      }
    },
  };
}

/** Records the request of a target's check, if the check records exchanges. Returns its id; null if it is not stored. */
export async function recordCheck(
  deps: Pick<WorkerDeps, 'exchanges' | 'logger'>,
  { ownerId, targetIndex, expiresAtMs, recordExchanges }: TargetCheckRecord,
  { exchange, read, originWallMs }: { exchange: Exchange; read: ExchangeReading; originWallMs: number },
  context: ExchangeContext,
): Promise<string | null> {
  const reasons = listReasons(read, (recordExchanges ?? 0) > 0, exchange.disturbed);
  if (recordExchanges === undefined || reasons.length === 0) return null;
  const exchangeId = `check-${targetIndex}`;
  const place = { exchangeId, reasons, startedAtMs: originWallMs + (exchange.startMs ?? exchange.dueMs) };
  try {
    const recorded = await runInSlices(writeExchange(exchange, read, context, place));
    await putExchange(deps, ownerId, recorded, { stageIndex: null, requestIndex: null, expiresAtMs });
    return exchangeId;
  } catch (error) {
    deps.logger.warn('exchange not recorded', { ownerId, targetIndex, error });
    return null;
  }
}

type Place = Pick<ExchangeSummary, 'stageIndex' | 'requestIndex'> & { expiresAtMs: number | null };

async function putExchange(
  { exchanges }: Pick<WorkerDeps, 'exchanges'>,
  ownerId: string,
  recorded: RecordedExchange,
  { expiresAtMs, ...place }: Place,
): Promise<void> {
  const json = JSON.stringify(recorded);
  const { exchangeId, targetId, reasons, outcome } = recorded;
  const summary = { exchangeId, ...place, targetId, reasons, outcome, bytes: Buffer.byteLength(json) };
  await exchanges.put(ownerId, summary, json, expiresAtMs);
}
