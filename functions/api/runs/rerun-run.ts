import type { z } from 'zod';
import { buildJsonPointer, type Fault, throwFaults } from '../../../shared/errors/app-error.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { checkAddress } from '../../../shared/runs/checks/check-address.ts';
import { checkBaseline, checkDataset } from '../../../shared/runs/checks/check-references.ts';
import { storeRun } from '../../../shared/runs/create-run.ts';
import { openCredential } from '../../../shared/runs/seal-secrets.ts';
import type { Target } from '../../../shared/spec/target.ts';
import { detectKeyForm, findKeyFault } from '../../../shared/spec/target-key.ts';
import { noSecrets, type TargetSecrets, takeSecrets } from '../../../shared/spec/target-secrets.ts';
import type { ApiDeps } from '../compose.ts';
import { hasScope } from '../http/auth/admit-request.ts';
import type { Call, Caller } from '../http/define-endpoint.ts';
import { getRun, requireMeasured } from './get-run.ts';
import type { rerunBodySchema } from './schemas.ts';

/** Options of a rerun: webhooks, and replacements for deleted keys of the original run, by target id. */
type RerunOptions = Required<z.output<typeof rerunBodySchema>>;

type Access = { credentialId: string | null; held: TargetSecrets | null };

/**
 * Creates a run that sends the same requests as an earlier run, with the same spec, seed, and plan.
 * @throws AppError QUOTA_EXCEEDED, CONFLICT for an imported run, or INVALID_SPEC for a missing key, dataset or baseline
 */
export async function rerunRun(
  caller: Caller & Pick<Call, 'principal'>,
  runId: string,
  body: z.output<typeof rerunBodySchema>,
  newRunId: string,
): Promise<RunRecord> {
  const { deps, tenantId } = caller;
  const original = await getRun(caller, runId);
  const { spec, maxStreamsPerWorker } = original;
  requireMeasured(
    original,
    'An imported run cannot be rerun. To repeat the LLMPerf load test, create a run with a workload of kind llmperf-v2.',
  );
  const options = { apiKeys: {}, secretHeaders: {}, clientKeys: {}, credentialIds: {}, webhooks: [], ...body };
  const faults = checkNames(original, options);
  for (const [index, { url }] of options.webhooks.entries())
    faults.push(...checkAddress(deps.config, url, `/webhooks/${index}/url`));
  const targets: Target[] = [];
  const secrets = new Map<number, TargetSecrets>();
  for (const [index, target] of spec.targets.entries()) {
    const found = await findAccess(deps, original, target, options);
    if ('fault' in found) faults.push(found);
    else {
      targets.push({ ...target, credentialId: found.credentialId });
      if (found.held !== null) secrets.set(index, found.held);
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
    check: original.check,
    priority: mayKeepPriority(original, caller) ? original.priority : 'normal',
    maxStreamsPerWorker,
    rerunOf: runId,
    scheduleId: null,
  });
}

function mayKeepPriority({ priority }: RunRecord, { principal }: Pick<Call, 'principal'>): boolean {
  return priority !== 'high' || hasScope(principal, 'runs:prioritize');
}

/** Finds the secrets of a target: those in the request, or else those of the original run if they still exist. */
async function findAccess(
  deps: ApiDeps,
  run: RunRecord,
  target: Target,
  options: RerunOptions,
): Promise<Access | Fault> {
  const { id } = target;
  const credentialId = readOwn(options.credentialIds, id) ?? target.credentialId;
  const credential = credentialId === null ? null : await deps.credentials.get(run.tenantId, credentialId);
  const given = takeSecrets({
    apiKey: readOwn(options.apiKeys, id),
    secretHeaders: readOwn(options.secretHeaders, id),
    clientKey: readOwn(options.clientKeys, id),
  });
  // The secrets of an active original run are deleted when it ends, so the new run gets a copy.
  const left = credential?.ephemeral === true ? await openCredential(deps, credential) : null;
  if (given !== null) return checkGiven(target, addSecrets(left ?? noSecrets, given));
  const pointer = buildJsonPointer(['credentialIds', id]);
  if (credential !== null && !credential.ephemeral) {
    const found = findKeyFault(target, credential.form ?? 'plain');
    return found === null ? { credentialId, held: null } : { pointer, ...found };
  }
  const remedy = `Add {"apiKeys": {"${id}": "…"}}, or {"credentialIds": {"${id}": "crd_…"}} with an id from GET /v1/credentials`;
  const other = readOwn(options.credentialIds, id);
  if (other !== undefined) return { pointer, fault: `does not exist: ${other}`, remedy };
  if (credentialId === null || left !== null) return { credentialId: null, held: left };
  const lost = findLostSecret(target, noSecrets);
  if (lost !== null) return lost;
  const fault = `is missing. The key of target ${id} was deleted when the original run finished`;
  return { pointer: buildJsonPointer(['apiKeys', id]), fault, remedy };
}

const readOwn = <T>(values: Readonly<Record<string, T>>, id: string): T | undefined =>
  Object.hasOwn(values, id) ? values[id] : undefined;

function addSecrets(left: TargetSecrets, given: TargetSecrets): TargetSecrets {
  return {
    apiKey: given.apiKey ?? left.apiKey,
    secretHeaders: { ...left.secretHeaders, ...given.secretHeaders },
    clientKey: given.clientKey ?? left.clientKey,
  };
}

function checkGiven(target: Target, held: TargetSecrets): Access | Fault {
  const found = held.apiKey === null ? null : findKeyFault(target, detectKeyForm(held.apiKey));
  if (found !== null) return { pointer: buildJsonPointer(['apiKeys', target.id]), ...found };
  return findLostSecret(target, held) ?? { credentialId: null, held };
}

/** Returns a fault if a secret header or a client certificate of the target lacks its secret. */
function findLostSecret({ id, secretHeaderNames = [], clientCertificate }: Target, held: TargetSecrets): Fault | null {
  const name = secretHeaderNames.find((one) => !Object.hasOwn(held.secretHeaders, one));
  const fault = 'is missing. It was deleted when the original run finished';
  if (name !== undefined) {
    const remedy = `Add {"secretHeaders": {"${id}": {"${name}": "…"}}}, and apiKeys if the target has a key`;
    return { pointer: buildJsonPointer(['secretHeaders', id, name]), fault, remedy };
  }
  if (clientCertificate === undefined || held.clientKey !== null) return null;
  const remedy = `Add {"clientKeys": {"${id}": "-----BEGIN PRIVATE KEY-----…"}}, and apiKeys if the target has a key`;
  return { pointer: buildJsonPointer(['clientKeys', id]), fault, remedy };
}

function checkNames({ spec }: RunRecord, options: RerunOptions): Fault[] {
  const ids = spec.targets.map((target) => target.id);
  const ownIds = `Use the target ids of the run: ${ids.join(', ')}`;
  const unknown = { fault: 'is not the id of a target of the run', remedy: ownIds };
  const oneOf = 'Set either credentialIds or the other secrets for this target, not both';
  const twice = { fault: 'is also in credentialIds', remedy: oneOf };
  const faults: Fault[] = [];
  for (const field of ['apiKeys', 'secretHeaders', 'clientKeys', 'credentialIds'] as const)
    for (const id of Object.keys(options[field])) {
      const pointer = buildJsonPointer([field, id]);
      if (field !== 'credentialIds' && Object.hasOwn(options.credentialIds, id)) faults.push({ pointer, ...twice });
      else if (!ids.includes(id)) faults.push({ pointer, ...unknown });
    }
  return faults;
}
