import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { runSpecSchema } from '../spec/run-spec.ts';
import { storedTargetSchema } from '../spec/target.ts';
import { getWorkloadKind } from '../workload/workload.ts';
import type { RunRecord } from './records.ts';

/** Everything needed to send the same requests again. No credential ids: whose key pays does not change what is sent. */
export const manifestSchema = z
  .object({
    manifestVersion: z.literal(1),
    spec: runSpecSchema
      .extend({ targets: z.array(storedTargetSchema.omit({ credentialId: true })) })
      .describe('The run spec with every default filled in and the seed drawn'),
    maxStreamsPerWorker: z.number().int().describe('Decides how stages are cut into batches'),
  })
  .meta({ id: 'Manifest' });
export type Manifest = z.infer<typeof manifestSchema>;

/** The manifest of a run: a pure function of what was stored at its creation, so that a re-run has the same. */
export function buildManifest(run: Pick<RunRecord, 'spec' | 'maxStreamsPerWorker'>): Manifest {
  const targets = run.spec.targets.map(({ credentialId: _, ...target }) => target);
  return { manifestVersion: 1, spec: { ...run.spec, targets }, maxStreamsPerWorker: run.maxStreamsPerWorker };
}

/** Canonical JSON (RFC 8785) of a manifest, and the SHA-256 of its UTF-8 bytes in hex. */
export function serializeManifest(manifest: Manifest): { json: string; sha256: string } {
  const json = canonicalize(manifest);
  if (json === undefined) throw new Error('A manifest has no canonical form');
  return { json, sha256: createHash('sha256').update(json).digest('hex') };
}

/** A manifest that is longer is not repeated within a report. */
const maxReportedLength = 32_000;

/**
 * The manifest as a report carries it, so that whoever has the report can run it again. Null for what is not for readers of
 * reports or too long for them (prompts that came with the spec), and of an import, which cannot be run.
 */
export function buildReportedManifest(run: Pick<RunRecord, 'spec' | 'maxStreamsPerWorker'>): Manifest | null {
  if (run.spec.imported !== undefined || getWorkloadKind(run.spec.workload).hasPrivatePrompts) return null;
  const manifest = buildManifest(run);
  return JSON.stringify(manifest).length <= maxReportedLength ? manifest : null;
}
