import canonicalize from 'canonicalize';
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
