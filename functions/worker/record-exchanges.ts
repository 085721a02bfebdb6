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
import { createTaskQueue } from './task-queue.ts';
import { type ExchangeContext, type ExchangeReading, writeExchange } from './write-exchange.ts';

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

/** Maximum size in bytes of the exchanges that wait to be stored. */
const maxWaitingBytes = 16_777_216;

type Group = { name: string; maxCount: number };

/** What a recorder keeps of an exchange until it is stored. */
type Waiting = { exchange: Exchange; read: ExchangeReading; reasons: ExchangeReason[]; group: Group };

/**
 * Creates a recorder, which stores exchanges while their group has room. It has a queue of its own, so that neither load
 * nor samples wait for it.
 */
export function createRecorder(deps: Pick<WorkerDeps, 'exchanges' | 'logger'>, options: RecorderOptions) {
  const { run, stage, attempt, firstCount, originWallMs, context, loss } = options;
  const { stageIndex, targetIndex, promptOffset, requests } = stage;
  const targets = run.spec.targets.length;
  const maxBytes = Math.floor(maxExchangesBytes / targets / 3);
  const full = new Set<string>();
  let waitingBytes = 0;
  let dropped = 0;
  const tasks = createTaskQueue((error) => {
    if (!loss.aborted) deps.logger.warn('exchange not recorded', { error });
  });

  const chooseGroup = (reasons: readonly ExchangeReason[]): Group => {
    // A request can be sent by two attempts, if a worker was lost.
    if (reasons.includes('first')) return { name: `First${targetIndex}`, maxCount: 2 * firstCount };
    if (reasons.includes('failed'))
      return { name: `Failed${targetIndex}`, maxCount: Math.ceil(maxUnusualExchanges / targets) };
    return { name: `Noted${targetIndex}`, maxCount: Math.ceil(maxNotedExchanges / targets) };
  };
  const store = async ({ exchange, read, reasons, group: { name, maxCount } }: Waiting) => {
    if (full.has(name) || loss.aborted) return;
    const { index } = exchange;
    const exchangeId = formatExchangeId(stageIndex, index, attempt);
    const place = { exchangeId, reasons, startedAtMs: originWallMs + (exchange.startMs ?? exchange.dueMs) };
    const text = formatExchange(await runInSlices(writeExchange(exchange, read, context, place), loss));
    // A smaller exchange may still have room in the group.
    if (text.bytes > maxBytes) return;
    if (await deps.exchanges.reserve(run.runId, name, { bytes: text.bytes, maxCount, maxBytes }))
      await putExchange(deps, run.runId, text, { stageIndex, requestIndex: index, expiresAtMs: null });
    else full.add(name);
  };
  return {
    /** Accepts an exchange, which is stored later if it is to be recorded. A failure to store it never fails the request. */
    keep: (exchange: Exchange, sample: Sample, outputText: string): void => {
      const isFirst = !sample.warmup && exchange.index < requests && promptOffset + exchange.index < firstCount;
      const read = { ...sample, outputText };
      const reasons = listReasons(read, isFirst, exchange.disturbed);
      if (reasons.length === 0 || sample.outcome === 'not_sent') return;
      const group = chooseGroup(reasons);
      if (full.has(group.name)) return;
      const bytes = countHeldBytes(exchange, outputText);
      if (waitingBytes > 0 && waitingBytes + bytes > maxWaitingBytes) {
        dropped += 1;
        return;
      }
      waitingBytes += bytes;
      const waiting = { exchange: { ...exchange, ...noBody }, read, reasons, group };
      tasks.add(() =>
        store(waiting).finally(() => {
          waitingBytes -= bytes;
        }),
      );
    },
    /** Resolves when all accepted exchanges are stored. */
    drain: async (): Promise<void> => {
      await tasks.whenDone();
      if (dropped > 0) deps.logger.warn('exchanges not recorded, because too many waited', { count: dropped });
      dropped = 0;
    },
    /** Discards the exchanges that are not yet stored. */
    close: () => tasks.clear(),
  };
}

/** The body without its framing is not recorded. */
const noBody = { readsAtMs: new Float64Array(), readEnds: new Uint32Array(), bytes: new Uint8Array() };
/** Memory in bytes that an exchange needs apart from its texts and bodies. */
const ownBytes = 4_096;

function countHeldBytes({ wire }: Exchange, outputText: string): number {
  return ownBytes + outputText.length + (wire?.requestBody.length ?? 0) + (wire?.response.bytes.length ?? 0);
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
    await putExchange(deps, ownerId, formatExchange(recorded), { stageIndex: null, requestIndex: null, expiresAtMs });
    return exchangeId;
  } catch (error) {
    deps.logger.warn('exchange not recorded', { ownerId, targetIndex, error });
    return null;
  }
}

type Place = Pick<ExchangeSummary, 'stageIndex' | 'requestIndex'> & { expiresAtMs: number | null };

/** A recorded exchange as JSON, and what its list shows of it. */
type ExchangeText = Omit<ExchangeSummary, 'stageIndex' | 'requestIndex'> & { json: string };

function formatExchange(recorded: RecordedExchange): ExchangeText {
  const json = JSON.stringify(recorded);
  const { exchangeId, targetId, reasons, outcome } = recorded;
  return { exchangeId, targetId, reasons, outcome, bytes: Buffer.byteLength(json), json };
}

async function putExchange(
  { exchanges }: Pick<WorkerDeps, 'exchanges'>,
  ownerId: string,
  { json, ...text }: ExchangeText,
  { expiresAtMs, ...place }: Place,
): Promise<void> {
  await exchanges.put(ownerId, { ...text, ...place }, json, expiresAtMs);
}
