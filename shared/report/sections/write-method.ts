import type { Report } from '../model/report.ts';
import { basisWords } from '../words/describe-metric.ts';
import type { Block, Section } from './document.ts';
import type { Labels } from './labels.ts';
import { makeCountCell, makeList, makePlainCell, makeTable } from './make-blocks.ts';
import type { OriginWords } from './origin-words.ts';

const disturbanceHead = [
  '',
  'error p50 ms',
  'error p99 ms',
  'n',
  'slip p99 ms',
  'event loop p99 ms',
  'longest stall ms',
  'GC max ms',
  'thread CPU %',
  'thread CPU wait %',
];

/** Writes each stage's measurement error and disturbances: the worst values of all its batches. */
export function writeInstrument({ stages }: Report, labels: Labels): Section {
  const show = (value: number | null, decimals: number) =>
    makePlainCell({ value, reason: 'not recorded for this run' }, decimals);
  const rows = stages
    .filter(({ instrument }) => instrument.attempts > 0)
    .map((stage) => {
      const { errorP50Ms, errorP99Ms, errorReads, slipP99Ms, eventLoopDelayP99Ms, ...rest } = stage.instrument;
      return [
        labels.stage(stage),
        ...[errorP50Ms, errorP99Ms].map((ms) => show(ms, 2)),
        makeCountCell(errorReads),
        ...[slipP99Ms, eventLoopDelayP99Ms, rest.longestStallMs, rest.gcMaxMs].map((ms) => show(ms, 1)),
        ...[rest.cpuUse, rest.cpuWaitShare].map((share) => show(share === null ? null : 100 * share, 0)),
      ];
    });
  const words =
    'During a run, each worker also reads a reference stream. The time at which each event of this stream was sent is known. The same thread and client read this stream and the responses. The measurement error is how late an arrival is recorded. Every duration in this report can be too long by up to this error. For 99 % of the arrivals, the error is no larger than the p99 in the table. Slip is how late requests start. The event-loop delay is how late responses are read. A stall is a time of 50 ms or more in which the worker could not run; results exclude requests that were open then. GC max is the longest pause for garbage collection. CPU wait is the time that the thread waited for a CPU, as a share of the time that it ran or waited.';
  const table = makeTable('Measurement error and disturbances: worst batch of each stage', disturbanceHead, rows, 1);
  const blocks: Block[] = [{ kind: 'paragraph', words }, ...table, ...makeList(describeRuntimes(stages))];
  return { id: 'instrument', title: 'Measurement accuracy', blocks: table.length === 0 ? [] : blocks };
}

/** Lists each runtime that measured part of the run: "Tokenmeter 0.1.0 on Node 24.21.0, linux arm64, in us-east-1". */
export function describeRuntimes(stages: Report['stages']): string[] {
  const lines = stages
    .flatMap(({ instrument }) => instrument.runtimes)
    .map(({ tokenmeterVersion, nodeVersion, platform, region }) => {
      const place = region === null ? '' : `, in ${region}`;
      return `Tokenmeter ${tokenmeterVersion} on Node ${nodeVersion}, ${platform}${place}`;
    });
  return [...new Set(lines)];
}

/** Writes how the values were measured, and the hash of the manifest or of the imported files. */
export function writeSources({ run, tokenmeterVersion }: Report, { hashed, method }: OriginWords): Section {
  const hash = `The JSON report contains every formula. ${hashed} ${run.manifestSha256}; Tokenmeter ${tokenmeterVersion}.`;
  return { id: 'sources', title: 'Method', blocks: [method, hash].map((words) => ({ kind: 'paragraph', words })) };
}

/** Writes the unit, formula and basis of every metric that the report contains. */
export function writeDefinitions({ metrics }: Report, { method }: OriginWords): Section {
  const rows = Object.entries(metrics).map(([name, { unit, formula, basis, over, description }]) => [
    { text: name, isCode: true },
    unit,
    { text: formula, isCode: true },
    basisWords[basis],
    over,
    description,
  ]);
  const head = ['Metric', 'Unit', 'Formula', 'Based on', 'Computed over', 'Description'];
  const blocks: Block[] = [{ kind: 'paragraph', words: method }, ...makeTable('Metrics', head, rows, 6)];
  return { id: 'definitions', title: 'Metric definitions', blocks };
}

/** Maximum length of a manifest on the page. Manifests with prompts in the spec can be much longer. */
const maxManifestLength = 40_000;

/** Writes the manifest (canonical JSON) with its hash, and the commands that verify it, repeat the run and compare. */
export function writeReproduction(
  { run, tokenmeterVersion }: Report,
  { explainNoRerun }: OriginWords,
  manifest: string | null,
): Section {
  const { manifestSha256, seed } = run;
  const section = { id: 'reproduce', title: 'Reproduction' };
  if (explainNoRerun !== null)
    return { ...section, blocks: [{ kind: 'paragraph', words: explainNoRerun(manifestSha256) }] };
  const words = [
    'The manifest determines every request: the same manifest produces the same requests with the same prompts in the same order. Its SHA-256 is ',
    { code: manifestSha256 },
    `. Seed: ${seed}. Measured by Tokenmeter ${tokenmeterVersion}.`,
  ];
  const code: Block = { kind: 'code', text: listCommands(run), label: 'Commands that reproduce the run' };
  return { ...section, blocks: [{ kind: 'paragraph', words }, code, ...writeManifest(manifest)] };
}

function listCommands({ runId, manifestSha256 }: Report['run']): string {
  return `export TOKENMETER_URL=http://127.0.0.1:8787
export TOKENMETER_API_KEY=…

# Download the manifest and check its hash
curl -sS -H "Authorization: Bearer $TOKENMETER_API_KEY" -o manifest.json "$TOKENMETER_URL/v1/runs/${runId}/manifest"
echo "${manifestSha256}  manifest.json" | sha256sum --check

# Send the same requests again
curl -sS -H "Authorization: Bearer $TOKENMETER_API_KEY" -X POST "$TOKENMETER_URL/v1/runs/${runId}/rerun"

# Repeat the run on your own machine and compare each metric (in a checkout of Tokenmeter)
npm run reproduce -- "$TOKENMETER_URL/v1/runs/${runId}/report"

# Download the report with every formula, and the timestamps of each request
curl -sS -H "Authorization: Bearer $TOKENMETER_API_KEY" "$TOKENMETER_URL/v1/runs/${runId}/report"
curl -sS -H "Authorization: Bearer $TOKENMETER_API_KEY" "$TOKENMETER_URL/v1/runs/${runId}/samples.ndjson"`;
}

function writeManifest(manifest: string | null): Block[] {
  if (manifest === null) return [];
  if (manifest.length > maxManifestLength) {
    const words = `The manifest has ${manifest.length.toLocaleString('en-US')} characters and is too long for this page. The first command downloads it.`;
    return [{ kind: 'paragraph', words }];
  }
  const code: Block = { kind: 'code', text: manifest, isWrapped: true };
  return [{ kind: 'fold', summary: 'Manifest (canonical JSON, RFC 8785)', blocks: [code] }];
}
