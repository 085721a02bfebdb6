import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../shared/records/manifest.ts';
import { readReport } from '../../shared/report/model/read-report.ts';
import { defaultShareTolerance } from '../../shared/spec/run-spec.ts';
import { completeRun, type Service } from '../client/run-client.ts';
import { startLocal } from '../local/start-local.ts';
import {
  type Agreement,
  combineAgreement,
  comparePrompts,
  judgeAgreement,
  renderAgreement,
} from './judge-agreement.ts';
import { readOriginal } from './read-original.ts';
import type { ReproduceOptions } from './read-reproduce-arguments.ts';

/**
 * Repeats the run behind a report and returns whether the two reports agree.
 * @param environment environment variables of the temporary service
 * @throws Error if the report or the manifest is unusable, or the run does not complete
 */
export async function reproduceReport(
  options: ReproduceOptions,
  environment: Record<string, string | undefined>,
  log: (text: string) => void,
  signal: AbortSignal,
): Promise<Agreement> {
  const { report, manifest } = await readOriginal(options);
  const { run } = report;
  log(`Manifest of ${run.runId}: the hash matches the report (${run.manifestSha256}).`);
  const spec = buildSpec(manifest, options);
  const again = (service: Service) =>
    completeRun(service, spec, { signal, onCreated: (runId) => log(`Run ${runId} at ${service.url}`) });
  const { maxStreamsPerWorker } = manifest;
  const ended =
    options.service === null
      ? await useTemporaryService(
          { ...environment, LOOPBACK_PORTS: 'any', MAX_STREAMS_PER_WORKER: String(maxStreamsPerWorker) },
          again,
        )
      : await again(options.service);
  if (options.outFile !== null) await writeFile(options.outFile, ended.reportJson);
  if (ended.manifestSha256 !== run.manifestSha256)
    log(
      `The new run has another manifest (${ended.manifestSha256}). Possible reasons: moved targets, an omitted baseline, other workers, or another version.`,
    );
  const after = readReport(ended.reportJson);
  const prompts = comparePrompts(run.promptDigest, after.run.promptDigest);
  log(prompts.text);
  const tolerances = { tolerance: options.tolerance, shareTolerance: defaultShareTolerance };
  const judged = judgeAgreement(report, after, tolerances);
  log(`\n${renderAgreement(judged, tolerances)}`);
  for (const [name, { trust }] of Object.entries({ 'original report': report, 'new report': after }))
    if (trust.result === 'suspect') log(`The ${name} is suspect: ${trust.reasons.join('; ')}`);
  return prompts.verdict === 'differ' ? 'differ' : combineAgreement(judged);
}

/** Starts a service in a temporary folder, passes it to `use`, and deletes the folder afterwards. */
async function useTemporaryService<T>(
  environment: Record<string, string | undefined>,
  use: (service: Service) => Promise<T>,
): Promise<T> {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'tokenmeter-reproduce-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const server = await startLocal({ dataDir: join(folder, 'data'), port: 0, environment });
  cleanup.defer(async () => void (await server.close()));
  return await use(server);
}

/** Builds the spec of the new run. Omits the baseline, which is on another service and does not affect requests. */
function buildSpec(
  { spec }: Manifest,
  { targetKeys, baseUrls }: Pick<ReproduceOptions, 'targetKeys' | 'baseUrls'>,
): Record<string, unknown> {
  const ids = spec.targets.map(({ id }) => id);
  for (const id of [...targetKeys.byTarget.keys(), ...baseUrls.keys()])
    if (!ids.includes(id)) throw new Error(`The run has no target "${id}". Its targets are: ${ids.join(', ')}.`);
  const { baseline: _, ...rest } = spec;
  return {
    ...rest,
    targets: spec.targets.map((target) => {
      const apiKey = targetKeys.byTarget.get(target.id) ?? targetKeys.fallback;
      const baseUrl = baseUrls.get(target.id) ?? target.baseUrl;
      return { ...target, baseUrl, ...(apiKey === null ? {} : { apiKey }) };
    }),
  };
}
