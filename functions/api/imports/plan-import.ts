import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type Fault, throwFaults } from '../../../shared/errors/app-error.ts';
import { createSamplesFromRecords, createSamplesFromSummary } from '../../../shared/llmperf/create-imported-samples.ts';
import { countSummaryRequests, readSummaryFields } from '../../../shared/llmperf/read-summary-fields.ts';
import {
  type ImportedStage,
  type LlmperfRecord,
  type LlmperfSummary,
  type LlmperfVersion,
  maxImportedConcurrency,
  unknownBaseUrl,
} from '../../../shared/sample/imported.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import type { Pricing } from '../../../shared/spec/pricing.ts';
import { type RunSpec, runSpecInputSchema } from '../../../shared/spec/run-spec.ts';
import { type Target, targetSchema } from '../../../shared/spec/target.ts';

/** One or both LLMPerf result files of one load test. */
export type LlmperfPair = {
  version: LlmperfVersion;
  summary: LlmperfSummary | null;
  records: LlmperfRecord[] | null;
  /** Sentences about the fields of a fork of LLMPerf. */
  notes: string[];
};

/** One or both LLMPerf result files, and the properties of the load test that the caller specified. */
export type LlmperfResult = LlmperfPair & {
  /** JSON pointer to the result files in the request body, for error messages. */
  pointer: string;
  /** Common part of the two file names; null if the files have no names. */
  fileName: string | null;
  targetId: string | null;
  model: string | null;
  concurrency: number | null;
  pricing: Pricing | null;
};

export type ImportInput = {
  name: string | null;
  metadata: Record<string, string>;
  results: readonly LlmperfResult[];
};

const maxTargets = 20;
/** Maximum requests of a summary without individual responses. Each request gets a sample, so this limits memory. */
const maxCountedRequests = 100_000;

/**
 * Converts an import to a spec and samples: each pair of files becomes one stage. Spec fields that LLMPerf does not
 * record keep their defaults and are not shown.
 * @throws AppError INVALID_REQUEST if a pair contains no requests, or the import has too many targets
 */
export function planImport({ name, metadata, results }: ImportInput): { spec: RunSpec; samples: Sample[][] } {
  const targets: Target[] = [];
  const stages: ImportedStage[] = [];
  const samples: Sample[][] = [];
  const faults: Fault[] = [];
  for (const result of results) {
    const own = buildSamples(result);
    if ('fault' in own) {
      faults.push({ ...own, pointer: result.pointer });
      continue;
    }
    const { version, summary, records, notes } = result;
    samples.push(own);
    stages.push({
      targetIndex: placeTarget(targets, result),
      concurrency: chooseConcurrency(result),
      requests: own.length,
      version,
      summary,
      recordsSha256: hasRecords(records) ? computeDigest(records) : null,
      ...(notes.length === 0 ? {} : { notes }),
    });
  }
  if (targets.length > maxTargets) {
    const remedy = `Import at most ${maxTargets} targets at a time. You can compare the imported runs afterwards.`;
    faults.push({ pointer: '', fault: `contains ${targets.length} targets`, remedy });
  }
  throwFaults('INVALID_REQUEST', faults);
  const unknown = { baseUrl: unknownBaseUrl, model: 'unknown' };
  const { webhooks: _, ...defaults } = runSpecInputSchema.parse({ targets: [unknown] });
  const spec: RunSpec = {
    ...defaults,
    ...(name === null ? {} : { name }),
    seed: 0,
    targets,
    workload: { kind: 'llmperf-v2', inputTokens: { mean: 550, stddev: 150 }, outputTokens: { mean: 150, stddev: 80 } },
    metadata,
    imported: { tool: 'llmperf', stages },
  };
  return { spec, samples };
}

/** Returns whether there are individual responses. If the list is empty, the summary is used instead. */
function hasRecords(records: LlmperfRecord[] | null): records is LlmperfRecord[] {
  return records !== null && records.length > 0;
}

function buildSamples({ records, summary }: LlmperfPair): Sample[] | Omit<Fault, 'pointer'> {
  if (hasRecords(records)) return createSamplesFromRecords(records);
  const requests = summary === null ? 0 : (countSummaryRequests(readSummaryFields(summary))?.requests ?? 0);
  if (requests > maxCountedRequests) {
    const remedy = `Add the individual responses. A summary alone may report at most ${maxCountedRequests} requests.`;
    return { fault: `reports ${requests} requests but is sent without the individual responses`, remedy };
  }
  const remedy =
    'Send at least one individual response, or a summary with results_num_requests_started or results_num_completed_requests of at least 1';
  const samples = summary === null ? null : createSamplesFromSummary(summary);
  return samples ?? { fault: 'does not contain any requests', remedy };
}

function computeDigest(value: unknown): string {
  const text = canonicalize(value) ?? '';
  return createHash('sha256').update(text).digest('hex');
}

function chooseConcurrency({ concurrency, summary }: LlmperfResult): number | null {
  const recorded = readSummaryFields(summary ?? {}).number('num_concurrent_requests');
  const isValid = Number.isInteger(recorded) && Number(recorded) >= 1 && Number(recorded) <= maxImportedConcurrency;
  return concurrency ?? (isValid ? recorded : null);
}

/** Returns the index of the target of a pair of files. Adds a target if its name, model, or address is new. */
function placeTarget(targets: Target[], result: LlmperfResult): number {
  const summary = result.summary ?? {};
  const model = (result.model ?? readText(summary['model']) ?? 'unknown').slice(0, 300);
  const address = readText(summary['api']) ?? readText(summary['api_base']);
  const parsed = targetSchema.shape.baseUrl.safeParse(address);
  const baseUrl = parsed.success ? parsed.data : unknownBaseUrl;
  const pricing = result.pricing === null ? {} : { pricing: result.pricing };
  const wanted = result.targetId ?? buildSlug(chooseName(result, model)) ?? 'llmperf';
  for (let k = 1; ; k++) {
    const suffix = k === 1 ? '' : `-${k}`;
    const id = `${wanted.slice(0, 40 - suffix.length)}${suffix}`;
    const at = targets.findIndex((target) => target.id === id);
    const there = targets[at];
    if (there?.model === model && there.baseUrl === baseUrl) return at;
    if (there !== undefined) continue;
    const { id: _id, pricing: _pricing, dedicated: _dedicated, ...defaults } = targetSchema.parse({ baseUrl, model });
    return targets.push({ ...defaults, ...pricing, id, credentialId: null }) - 1;
  }
}

/** Chooses a target name. Only LLMPerf's leaderboard files contain a name, made of a framework and a model size. */
function chooseName({ summary, fileName }: LlmperfResult, model: string): string {
  const [framework, size] = [readText(summary?.['framework']), readText(summary?.['model_size'])];
  if (framework !== null) return size === null ? framework : `${framework}-${size}`;
  if (model === 'unknown' && fileName !== null) return fileName;
  return model.split(':')[0]?.split('/').at(-1) ?? model;
}

function buildSlug(text: string): string | null {
  const slug = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 40);
  return slug === '' ? null : slug;
}

function readText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
