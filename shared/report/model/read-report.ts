import { type Report, reportSchema } from './report.ts';
import { upgradeReport } from './upgrade-report.ts';

/**
 * Reads the JSON text of a report, of this version or of 0.1.0.
 * @throws SyntaxError or ZodError where the text is not a report
 */
export function readReport(json: string): Report {
  return reportSchema.parse(upgradeReport(JSON.parse(json)));
}
