import { readReport } from '../model/read-report.ts';
import { isCurrentReport } from '../model/upgrade-report.ts';
import { serializeReport } from './serialize-report.ts';

/** Returns the canonical JSON of a stored report under the names of today; a current report comes back byte for byte. */
export function upgradeReportJson(json: string): string {
  return isCurrentReport(JSON.parse(json)) ? json : serializeReport(readReport(json));
}
