import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readReport } from '../../shared/report/model/read-report.ts';
import { comparePrompts } from '../../shared/report/reproduction/compare-prompts.ts';
import { type Agreement, combineAgreement, judgeAgreement } from '../../shared/report/reproduction/judge-agreement.ts';
import { renderAgreement } from '../../shared/report/reproduction/render-agreement.ts';
import { defaultShareTolerance } from '../../shared/spec/default-tolerances.ts';
import { startLocal } from '../local/start-local.ts';
import { readOriginal } from './read-original.ts';
import type { ReproduceOptions } from './read-reproduce-arguments.ts';
import { runAgain, type Service } from './run-again.ts';
import { specOfManifest } from './spec-of-manifest.ts';

/**
 * Runs the manifest of a report again and tells whether the two agree.
 * @param environment what the service that is started for it inherits
 * @throws Error where it could not be run
 */
export async function reproduceReport(
  options: ReproduceOptions,
  environment: Record<string, string | undefined>,
  log: (text: string) => void,
  signal: AbortSignal,
): Promise<Agreement> {
  const { report, manifest } = await readOriginal(options);
  const { run } = report;
  log(`The manifest of ${run.runId} has the hash that its report names, ${run.manifestSha256}`);
  const spec = specOfManifest(manifest, options);
  const again = (service: Service) => runAgain(service, spec, log, signal);
  const { maxStreamsPerWorker } = manifest;
  const ended =
    options.service === null
      ? await withOwnService({ ...environment, MAX_STREAMS_PER_WORKER: String(maxStreamsPerWorker) }, again)
      : await again(options.service);
  if (options.outFile !== null) await writeFile(options.outFile, ended.reportJson);
  if (ended.manifestSha256 !== run.manifestSha256)
    log(
      `Its manifest is another one (${ended.manifestSha256}): targets that moved, a baseline that was left out, other workers or another version make it so`,
    );
  const after = readReport(ended.reportJson);
  const prompts = comparePrompts(run.promptDigest, after.run.promptDigest);
  log(prompts.text);
  const tolerances = { tolerance: options.tolerance, shareTolerance: defaultShareTolerance };
  const figures = judgeAgreement(report, after, tolerances);
  log(`\n${renderAgreement(figures, tolerances)}`);
  for (const [which, { trust }] of [
    ['report', report],
    ['new run', after],
  ] as const)
    if (trust.result === 'suspect') log(`The ${which} is suspect: ${trust.reasons.join('; ')}`);
  return prompts.verdict === 'differ' ? 'differ' : combineAgreement(figures);
}

/** A service that lives in a folder of its own for as long as it is needed, and leaves nothing behind. */
async function withOwnService<T>(
  environment: Record<string, string | undefined>,
  use: (service: Service) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenmeter-reproduce-'));
  try {
    const server = await startLocal({ dataDir: join(folder, 'data'), port: 0, environment });
    try {
      return await use(server);
    } finally {
      await server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
