import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { type Manifest, manifestSchema } from '../../shared/records/manifest.ts';
import { upgradeReport } from '../../shared/report/model/read-report.ts';
import { type Report, reportSchema } from '../../shared/report/model/report.ts';
import { changeFields } from '../../shared/spec/rename-fields.ts';
import { upgradeRunSpec } from '../../shared/spec/upgrade-run-spec.ts';
import type { ReproduceOptions } from './read-reproduce-arguments.ts';

export type Original = { report: Report; manifest: Manifest };

/** Fields that every report version contains. The manifest is parsed later, after the check of its hash. */
const carrierSchema = z.looseObject({
  run: z.looseObject({ runId: z.string(), manifestSha256: z.string(), source: z.string().optional() }),
  manifest: z.unknown().optional(),
});

/**
 * Reads the report to reproduce and the manifest of its run.
 * @throws Error if one of them is unreadable or the manifest's hash differs from the hash in the report
 */
export async function readOriginal(
  options: Pick<ReproduceOptions, 'source' | 'manifestFile' | 'apiKey'>,
): Promise<Original> {
  const { source, manifestFile } = options;
  const url = /^https?:\/\//.test(source) ? readRunUrl(source) : null;
  const raw = url === null ? await readJson(source) : await fetchJson(`${url}/report`, options.apiKey);
  const carrier = carrierSchema.safeParse(raw);
  if (!carrier.success) throw new Error(`${source} is not a report, because it contains no run with a manifest hash.`);
  const { run } = carrier.data;
  if (run.source === 'imported')
    throw new Error(
      'The report belongs to an imported run. The import does not contain the requests, so they cannot be sent again.',
    );
  let manifest: unknown = carrier.data.manifest ?? null;
  if (manifestFile !== null) manifest = await readJson(manifestFile);
  else if (manifest === null && url !== null) manifest = await fetchJson(`${url}/manifest`, options.apiKey);
  if (manifest === null)
    throw new Error(
      'The report does not include a manifest. Add --manifest FILE, or use the URL of the run instead of a file.',
    );
  checkHash(manifest, run.manifestSha256);
  return {
    report: parse(reportSchema, upgradeReport(raw), source),
    manifest: parse(manifestSchema, changeFields({ spec: upgradeRunSpec })(manifest), 'The manifest'),
  };
}

function checkHash(manifest: unknown, expected: string): void {
  const text = canonicalize(manifest) ?? '';
  const found = createHash('sha256').update(text).digest('hex');
  if (found === expected) return;
  throw new Error(
    `The manifest does not belong to the report: its SHA-256 is ${found}, but the report has ${expected}. One of the two files was changed. No run was started.`,
  );
}

function readRunUrl(text: string): string {
  if (!URL.canParse(text)) throw new Error(`${text} is not a valid URL.`);
  const { origin, pathname } = new URL(text);
  const path = /^(.*\/v1\/runs\/run_[0-9a-z]{26})(?:\/report(?:\.\w+)?)?\/?$/.exec(pathname)?.[1];
  if (path === undefined)
    throw new Error(`${text} is not the URL of a run. It must end in /v1/runs/run_… or /v1/runs/run_…/report.`);
  return origin + path;
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(error.code === 'ENOENT' ? `${file} does not exist.` : `${file} cannot be read: ${error.message}`);
  });
  return parseJson(text, file);
}

async function fetchJson(url: string, apiKey: string | null): Promise<unknown> {
  if (apiKey === null) throw new Error('To read a report from a URL, set --api-key or TOKENMETER_API_KEY.');
  const response = await fetch(url, { headers: { authorization: `Bearer ${apiKey}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} returned ${response.status}: ${text.slice(0, 500)}`);
  return parseJson(text, url);
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${where} is not valid JSON.`);
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new Error(
    `${where} was written by a different version of Tokenmeter: ${first?.path.join('/')} ${first?.message}. Use the Tokenmeter version stated in the report`,
  );
}
