import canonicalize from 'canonicalize';
import type { RunRecord } from '../../records/records.ts';
import { isCurrentReport, readReport } from '../model/read-report.ts';
import type { Report } from '../model/report.ts';

/**
 * Serializes a report as canonical JSON (RFC 8785), so that equal reports have equal bytes.
 * @throws Error if a number is not finite
 */
export function serializeReport(report: Report): string {
  const json = canonicalize(report);
  if (json === undefined) throw new Error('Internal error: the report could not be converted to JSON');
  return json;
}

/**
 * Returns a stored report as canonical JSON with the current field names. If it already has these names, returns it
 * unchanged; otherwise, the upgraded report contains the hash of the run's current manifest.
 */
export function upgradeReportJson(json: string, { manifestSha256 }: Pick<RunRecord, 'manifestSha256'>): string {
  if (isCurrentReport(JSON.parse(json))) return json;
  const report = readReport(json);
  return serializeReport({ ...report, run: { ...report.run, manifestSha256 } });
}
