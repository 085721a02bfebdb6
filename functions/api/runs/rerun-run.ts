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

/** Keys for targets by their ids, needed where the first run's own are gone; and webhooks. */
type RerunOptions = Required<z.output<typeof rerunBodySchema>>;

type Access = { credentialId: string | null; apiKey: string | null };

/**
 * Runs the same manifest again: the same spec, seed and plan, so the same requests.
 * @throws AppError NOT_FOUND, QUOTA_EXCEEDED, CONFLICT for an imported run, or INVALID_SPEC that names each target whose key is needed, or a dataset or baseline that is gone
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
      'The run was imported: it cannot be run again. Create one with a workload of kind llmperf-v2 to measure as LLMPerf did',
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

/** Describes a fault of the run to repeat: the body of a re-run names no dataset or baseline. */
function describeMissing({ pointer, fault, remedy }: Fault): Fault {
  return { pointer: '', fault: `cannot be met: ${pointer} of the run ${fault}`, remedy };
}

/** Finds the access of the new run to a target: what the caller gave, else what the first run used if it still exists. */
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
  // While the first run is active its own key is still there: the new run gets a copy, which outlives the first.
  if (credential !== null && given === undefined)
    return { credentialId: null, apiKey: await deps.secrets.open(credential.sealed, { tenantId, credentialId }) };
  const pointer = given === undefined ? ['apiKeys', target.id] : ['credentialIds', target.id];
  return {
    pointer: jsonPointer(pointer),
    fault: given === undefined ? `is needed: the key of target ${target.id} is gone` : 'names no credential of yours',
    remedy: `Give {"apiKeys": {"${target.id}": "…"}}, or {"credentialIds": {"${target.id}": "crd_…"}} of GET /v1/credentials`,
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
        fault: twice ? 'stands in credentialIds too' : 'names no target of the run',
        remedy: twice ? 'Give one of the two' : `Name targets of the run: ${ids.join(', ')}`,
      });
    }
  return faults;
}

function checkWebhooks(deps: Pick<Deps, 'config'>, options: RerunOptions): Fault[] {
  return options.webhooks.flatMap(({ url }, index) => checkAddress(deps.config, url, `/webhooks/${index}/url`));
}
