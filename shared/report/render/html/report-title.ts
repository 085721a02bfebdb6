import type { Report } from '../../model/report.ts';
import { targetLabels } from '../../words/describe-load.ts';
import { plainText, shortText } from '../../words/plain-text.ts';

const maxTargets = 4;
const maxModelLength = 60;

/** What to call a report: the name of its run; of one without, what was measured. */
export function reportTitle(report: Report): string {
  if (report.run.name !== null) return plainText(report.run.name);
  const models = [...new Set(report.targets.map(({ model }) => shortText(model, maxModelLength)))];
  const labels = [...targetLabels(report).values()];
  const targets = labels.length > maxTargets ? `${labels.length} targets` : labels.join(', ');
  return models.length === 1 ? `${models[0]} on ${targets}` : targets;
}
