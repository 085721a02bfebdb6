import type { RunRecord } from '../../records/records.ts';
import { readReport } from '../model/read-report.ts';
import { isCurrentReport } from '../model/upgrade-report.ts';
import { serializeReport } from './serialize-report.ts';

/**
 * Returns the canonical JSON of a stored report under the names of today; a current report comes back byte for byte. The
 * hash of an upgraded report is that of the run's manifest as the run is read today.
 */
export function upgradeReportJson(json: string, { manifestSha256 }: Pick<RunRecord, 'manifestSha256'>): string {
  if (isCurrentReport(JSON.parse(json))) return json;
  const report = readReport(json);
  return serializeReport({ ...report, run: { ...report.run, manifestSha256 } });
}
