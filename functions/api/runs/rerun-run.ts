import type { z } from 'zod';
import { AppError, type Fault } from '../../../shared/errors/app-error.ts';
import { jsonPointer } from '../../../shared/errors/json-pointer.ts';
import { refuse } from '../../../shared/errors/refuse.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { checkAddress } from '../../../shared/runs/checks/check-address.ts';
import { checkBaseline } from '../../../shared/runs/checks/check-baseline.ts';
import { checkDataset } from '../../../shared/runs/checks/check-dataset.ts';
import { storeRun } from '../../../shared/runs/store-run.ts';
import type { Target } from '../../../shared/spec/target.ts';
import { detectKeyForm, findKeyFault } from '../../../shared/spec/target-key.ts';
import type { ApiDeps } from '../compose.ts';
import { getRun } from './get-run.ts';
import type { rerunBodySchema } from './schemas.ts';

/** Keys and credentials by target id, to replace deleted keys of the original run; and webhooks. */
type RerunOptions = Required<z.output<typeof rerunBodySchema>>;

type Access = { credentialId: string | null; apiKey: string | null };

/**
 * Creates a run with the same spec, seed and plan, which sends the same requests.
 * @throws AppError NOT_FOUND, QUOTA_EXCEEDED, CONFLICT for an imported run, or INVALID_SPEC for each missing key, dataset
 *   or baseline
 */
export async function rerunRun(
  deps: ApiDeps,
  tenantId: string,
  runId: string,
  body: z.output<typeof rerunBodySchema>,
  newRunId: string,
): Promise<RunRecord> {
  const original = await getRun(deps, tenantId, runId);
  const options = { apiKeys: {}, credentialIds: {}, webhooks: [], ...body };
  if (original.spec.imported !== undefined)
    throw new AppError(
      'CONFLICT',
      'An imported run cannot be rerun. To repeat the LLMPerf load test, create a run with a workload of kind llmperf-v2.',
    );
  const faults = [...checkNames(original, options), ...checkWebhooks(deps, options)];
  const access = new Map<number, Access>();
  for (const [index, target] of original.spec.targets.entries()) {
    const found = await findAccess(deps, original, target, options);
    if ('fault' in found) faults.push(found);
    else access.set(index, found);
  }
  faults.push(...(await checkDataset(deps, tenantId, original.spec.workload)).map(describeMissing));
  faults.push(...(await checkBaseline(deps, tenantId, original.spec)).map(describeMissing));
  refuse('INVALID_SPEC', faults);
  const secrets = new Map<number, string>();
  for (const [index, { apiKey }] of access) if (apiKey !== null) secrets.set(index, apiKey);
  const targets = original.spec.targets.map((target, index) => ({
    ...target,
    credentialId: access.get(index)?.credentialId ?? null,
  }));
  return storeRun(deps, {
    runId: newRunId,
    tenantId,
    spec: { ...original.spec, targets },
    secrets,
    webhooks: options.webhooks,
    maxStreamsPerWorker: original.maxStreamsPerWorker,
    rerunOf: runId,
    scheduleId: null,
  });
}

/** Describes a fault of the original run. The body has no field for it, so the pointer is empty. */
function describeMissing({ pointer, fault, remedy }: Fault): Fault {
  return { pointer: '', fault: `cannot be rerun: ${pointer} of the original run ${fault}`, remedy };
}

/** Finds the key of a target: the one that the caller gave, or the one of the original run if it still exists. */
async function findAccess(
  deps: ApiDeps,
  original: RunRecord,
  target: Target,
  options: RerunOptions,
): Promise<Access | Fault> {
  const { tenantId } = original;
  const apiKey = Object.hasOwn(options.apiKeys, target.id) ? options.apiKeys[target.id] : undefined;
  if (apiKey !== undefined) {
    const found = findKeyFault(target, detectKeyForm(apiKey));
    return found === null ? { credentialId: null, apiKey } : { pointer: jsonPointer(['apiKeys', target.id]), ...found };
  }
  const given = Object.hasOwn(options.credentialIds, target.id) ? options.credentialIds[target.id] : undefined;
  const credentialId = given ?? target.credentialId;
  if (credentialId === null) return { credentialId, apiKey: null };
  const credential = await deps.credentials.get(tenantId, credentialId);
  if (credential !== null && !credential.ephemeral) {
    const found = findKeyFault(target, credential.form ?? 'plain');
    if (found === null) return { credentialId, apiKey: null };
    return { pointer: jsonPointer(['credentialIds', target.id]), ...found };
  }
  // The key of an active original run still exists. The new run gets a copy, which remains when the original finishes.
  if (credential !== null && given === undefined)
    return { credentialId: null, apiKey: await deps.secrets.open(credential.sealed, { tenantId, credentialId }) };
  const pointer = given === undefined ? ['apiKeys', target.id] : ['credentialIds', target.id];
  return {
    pointer: jsonPointer(pointer),
    fault:
      given === undefined
        ? `is missing: the key of target ${target.id} was deleted when the original run finished`
        : `does not exist: ${given}`,
    remedy: `Add {"apiKeys": {"${target.id}": "…"}}, or {"credentialIds": {"${target.id}": "crd_…"}} with an id from GET /v1/credentials`,
  };
}

function checkNames(original: RunRecord, options: RerunOptions): Fault[] {
  const ids = original.spec.targets.map((target) => target.id);
  const faults: Fault[] = [];
  for (const field of ['apiKeys', 'credentialIds'] as const)
    for (const id of Object.keys(options[field])) {
      const twice = field === 'apiKeys' && Object.hasOwn(options.credentialIds, id);
      if (ids.includes(id) && !twice) continue;
      faults.push({
        pointer: jsonPointer([field, id]),
        fault: twice ? 'is also in credentialIds' : 'does not name a target of the run',
        remedy: twice ? 'Remove one of the two' : `Use the target ids of the run: ${ids.join(', ')}`,
      });
    }
  return faults;
}

function checkWebhooks(deps: Pick<Deps, 'config'>, options: RerunOptions): Fault[] {
  return options.webhooks.flatMap(({ url }, index) => checkAddress(deps.config, url, `/webhooks/${index}/url`));
}
