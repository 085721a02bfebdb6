import canonicalize from 'canonicalize';
import type { RunRecord } from '../../records/records.ts';
import { isCurrentReport, readReport } from '../model/read-report.ts';
import type { Report } from '../model/report.ts';

/** Serializes a report as canonical JSON (RFC 8785). Equal reports have equal bytes. Throws on a non-finite number. */
export function serializeReport(report: Report): string {
  const json = canonicalize(report);
  if (json === undefined) throw new Error('Internal error: the report could not be converted to JSON');
  return json;
}

/** Returns a stored report as canonical JSON. Upgrades a report of version 0.1.0, and sets its manifest hash. */
export function upgradeReportJson(json: string, { manifestSha256 }: Pick<RunRecord, 'manifestSha256'>): string {
  // Most reports are current. The search avoids that they are parsed, and finds every report of 0.1.0.
  if (!json.includes('"schemaVersion":1') || isCurrentReport(JSON.parse(json))) return json;
  const report = readReport(json);
  return serializeReport({ ...report, run: { ...report.run, manifestSha256 } });
}
