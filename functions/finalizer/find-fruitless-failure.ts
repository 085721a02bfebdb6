import { type Failure, noGoodRequest } from '../../shared/records/records.ts';
import type { TargetReport } from '../../shared/report/model/report.ts';
import { explainFailure } from '../../shared/report/words/explain-failure.ts';
import { countThings } from '../../shared/report/words/format-text.ts';
import type { RunSpec } from '../../shared/spec/run-spec.ts';

/** Maximum number of targets that the message explains. The report lists the failures of all targets. */
const maxExplained = 3;

type Facts = Pick<TargetReport, 'targetId' | 'counts' | 'errors'>;

/**
 * Returns the failure of a run without a successful measured request: the most frequent cause of each target, with its
 * address and a remedy. Returns null if a request succeeded, or if no request failed.
 */
export function findFruitlessFailure(spec: Pick<RunSpec, 'targets'>, targets: readonly Facts[]): Failure | null {
  if (targets.some(({ counts }) => counts.ok > 0)) return null;
  const failed = targets.filter(({ counts }) => counts.failed > 0);
  if (failed.length === 0) return null;
  const reasons = failed.slice(0, maxExplained).map((target) => explainTarget(spec, target));
  return { code: noGoodRequest, message: `No request succeeded. ${reasons.join(' ')}` };
}

function explainTarget({ targets }: Pick<RunSpec, 'targets'>, { targetId, counts, errors }: Facts): string {
  const who = `${targetId}: ${counts.failed} of ${countThings(counts.planned, 'request')} failed`;
  const target = targets.find(({ id }) => id === targetId);
  const [main] = errors;
  return target === undefined || main === undefined ? `${who}.` : `${who}. ${explainFailure(main, target)}`;
}
