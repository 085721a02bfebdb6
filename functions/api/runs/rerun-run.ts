import type { z } from 'zod';
import { AppError, buildJsonPointer, type Fault, throwFaults } from '../../../shared/errors/app-error.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { checkAddress } from '../../../shared/runs/checks/check-address.ts';
import { checkBaseline, checkDataset } from '../../../shared/runs/checks/check-references.ts';
import { storeRun } from '../../../shared/runs/create-run.ts';
import { detectKeyForm, findKeyFault, type Target } from '../../../shared/spec/target.ts';
import type { ApiDeps } from '../compose.ts';
import type { Caller } from '../http/define-endpoint.ts';
import { getRun } from './get-run.ts';
import type { rerunBodySchema } from './schemas.ts';

/** Options of a rerun: webhooks, and replacements for deleted keys of the original run, by target id. */
type RerunOptions = Required<z.output<typeof rerunBodySchema>>;

type Access = { credentialId: string | null; apiKey: string | null };

/**
 * Creates a run that sends the same requests as an earlier run, with the same spec, seed, and plan.
 * @throws AppError QUOTA_EXCEEDED, CONFLICT for an imported run, or INVALID_SPEC for a missing key, dataset or baseline
 */
export async function rerunRun(
  caller: Caller,
  runId: string,
  body: z.output<typeof rerunBodySchema>,
  newRunId: string,
): Promise<RunRecord> {
  const { deps, tenantId } = caller;
  const original = await getRun(caller, runId);
  const { spec, maxStreamsPerWorker } = original;
  if (spec.imported !== undefined)
    throw new AppError(
      'CONFLICT',
      'An imported run cannot be rerun. To repeat the LLMPerf load test, create a run with a workload of kind llmperf-v2.',
    );
  const options = { apiKeys: {}, credentialIds: {}, webhooks: [], ...body };
  const faults = checkNames(original, options);
  for (const [index, { url }] of options.webhooks.entries())
    faults.push(...checkAddress(deps.config, url, `/webhooks/${index}/url`));
  const targets: Target[] = [];
  const secrets = new Map<number, string>();
  for (const [index, target] of spec.targets.entries()) {
    const found = await findAccess(deps, original, target, options);
    if ('fault' in found) faults.push(found);
    else {
      targets.push({ ...target, credentialId: found.credentialId });
      if (found.apiKey !== null) secrets.set(index, found.apiKey);
    }
  }
  const datasetFaults = await checkDataset(deps, tenantId, spec.workload);
  const missing = [...datasetFaults, ...(await checkBaseline(deps, tenantId, spec))];
  // The dataset and the baseline are in the original run's spec, not in the request body, so the pointer is empty.
  for (const { pointer, fault, remedy } of missing)
    faults.push({ pointer: '', fault: `cannot be rerun, because ${pointer} of the original run ${fault}`, remedy });
  throwFaults('INVALID_SPEC', faults);
  return storeRun(deps, {
    runId: newRunId,
    tenantId,
    spec: { ...spec, targets },
    secrets,
    webhooks: options.webhooks,
    labels: original.labels,
    maxStreamsPerWorker,
    rerunOf: runId,
    scheduleId: null,
  });
}

/** Finds the API key of a target: the key in the request, or else the key of the original run if it still exists. */
async function findAccess(
  { credentials, secrets }: ApiDeps,
  { tenantId }: RunRecord,
  target: Target,
  { apiKeys, credentialIds }: RerunOptions,
): Promise<Access | Fault> {
  const { id } = target;
  const apiKey = Object.hasOwn(apiKeys, id) ? apiKeys[id] : undefined;
  if (apiKey !== undefined) {
    const found = findKeyFault(target, detectKeyForm(apiKey));
    return found === null ? { credentialId: null, apiKey } : { pointer: buildJsonPointer(['apiKeys', id]), ...found };
  }
  const given = Object.hasOwn(credentialIds, id) ? credentialIds[id] : undefined;
  const credentialId = given ?? target.credentialId;
  if (credentialId === null) return { credentialId, apiKey: null };
  const credential = await credentials.get(tenantId, credentialId);
  if (credential !== null && !credential.ephemeral) {
    const found = findKeyFault(target, credential.form ?? 'plain');
    return found === null
      ? { credentialId, apiKey: null }
      : { pointer: buildJsonPointer(['credentialIds', id]), ...found };
  }
  // The key of an active original run is deleted when the original run ends, so the new run gets a copy.
  if (credential !== null && given === undefined)
    return { credentialId: null, apiKey: await secrets.open(credential.sealed, { tenantId, credentialId }) };
  const remedy = `Add {"apiKeys": {"${id}": "…"}}, or {"credentialIds": {"${id}": "crd_…"}} with an id from GET /v1/credentials`;
  if (given !== undefined)
    return { pointer: buildJsonPointer(['credentialIds', id]), fault: `does not exist: ${given}`, remedy };
  const fault = `is missing. The key of target ${id} was deleted when the original run finished`;
  return { pointer: buildJsonPointer(['apiKeys', id]), fault, remedy };
}

function checkNames({ spec }: RunRecord, options: RerunOptions): Fault[] {
  const ids = spec.targets.map((target) => target.id);
  const ownIds = `Use the target ids of the run: ${ids.join(', ')}`;
  const unknown = { fault: 'is not the id of a target of the run', remedy: ownIds };
  const oneOf = 'Set either apiKeys or credentialIds for this target, not both';
  const twice = { fault: 'is also in credentialIds', remedy: oneOf };
  const faults: Fault[] = [];
  for (const field of ['apiKeys', 'credentialIds'] as const)
    for (const id of Object.keys(options[field])) {
      const pointer = buildJsonPointer([field, id]);
      if (field === 'apiKeys' && Object.hasOwn(options.credentialIds, id)) faults.push({ pointer, ...twice });
      else if (!ids.includes(id)) faults.push({ pointer, ...unknown });
    }
  return faults;
}
