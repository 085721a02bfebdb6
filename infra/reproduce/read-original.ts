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

/** What is needed of a report before anything in it is looked into; the manifest stays as it came, since its hash is of that. */
const carrierSchema = z.looseObject({
  run: z.looseObject({ runId: z.string(), manifestSha256: z.string(), source: z.string().optional() }),
  manifest: z.unknown().optional(),
});

/**
 * The report that is to be reproduced, with a manifest that has the hash it names.
 * @throws Error that says what cannot be read, or that the manifest is another one
 */
export async function readOriginal(
  options: Pick<ReproduceOptions, 'source' | 'manifestFile' | 'apiKey'>,
): Promise<Original> {
  const { source, manifestFile } = options;
  const url = /^https?:\/\//.test(source) ? runUrlOf(source) : null;
  const raw = url === null ? await readJson(source) : await fetchJson(`${url}/report?format=json`, options.apiKey);
  const carrier = carrierSchema.safeParse(raw);
  if (!carrier.success) throw new Error(`${source} is no report: it names no run with a manifest`);
  const { run } = carrier.data;
  if (run.source === 'imported')
    throw new Error('The report is of an imported run: what was sent is not known, so it cannot be sent again');
  let manifest: unknown = carrier.data.manifest ?? null;
  if (manifestFile !== null) manifest = await readJson(manifestFile);
  else if (manifest === null && url !== null) manifest = await fetchJson(`${url}/manifest`, options.apiKey);
  if (manifest === null)
    throw new Error(
      'The report carries no manifest: give it by --manifest, or the URL of the run in place of the file',
    );
  checkHash(manifest, run.manifestSha256);
  return {
    report: parse(reportSchema, upgradeReport(raw), source),
    manifest: parse(manifestSchema, changeFields(manifest, { spec: upgradeRunSpec }), 'The manifest'),
  };
}

function checkHash(manifest: unknown, expected: string): void {
  const found = createHash('sha256')
    .update(canonicalize(manifest) ?? '')
    .digest('hex');
  if (found === expected) return;
  throw new Error(
    `The manifest is not that of the report: its SHA-256 is ${found}, the report names ${expected}. One of the two was changed, so nothing is run`,
  );
}

function runUrlOf(text: string): string {
  if (!URL.canParse(text)) throw new Error(`${text} is no URL`);
  const { origin, pathname } = new URL(text);
  const path = /^(.*\/v1\/runs\/run_[0-9a-z]{26})(?:\/report)?\/?$/.exec(pathname)?.[1];
  if (path === undefined) throw new Error(`${text} is not the URL of a run: it ends in /v1/runs/run_… or …/report`);
  return origin + path;
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(error.code === 'ENOENT' ? `There is no file ${file}` : `${file} cannot be read: ${error.message}`);
  });
  return parseJson(text, file);
}

async function fetchJson(url: string, apiKey: string | null): Promise<unknown> {
  if (apiKey === null) throw new Error('A report at a URL needs --api-key, or TOKENMETER_API_KEY');
  const response = await fetch(url, { headers: { authorization: `Bearer ${apiKey}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return parseJson(text, url);
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${where} is not JSON`);
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new Error(
    `${where} is not of this version: ${first?.path.join('/')} ${first?.message}. Use the version of Tokenmeter that the report names`,
  );
}
