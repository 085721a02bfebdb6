import canonicalize from 'canonicalize';
import type { RunRecord } from '../../records/records.ts';
import { isCurrentReport, readReport } from '../model/read-report.ts';
import type { Report } from '../model/report.ts';

/**
 * The report as canonical JSON (RFC 8785): the same report, the same bytes.
 * @throws Error where a number is not finite, which no report may hold
 */
export function serializeReport(report: Report): string {
  const json = canonicalize(report);
  if (json === undefined) throw new Error('A report is an object, so it has a JSON text');
  return json;
}

/**
 * Returns the canonical JSON of a stored report under the names of today; a current report comes back byte for byte. The
 * hash of an upgraded report is that of the run's manifest as the run is read today.
 */
export function upgradeReportJson(json: string, { manifestSha256 }: Pick<RunRecord, 'manifestSha256'>): string {
  if (isCurrentReport(JSON.parse(json))) return json;
  const report = readReport(json);
  return serializeReport({ ...report, run: { ...report.run, manifestSha256 } });
}
