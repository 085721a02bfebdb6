import type { Report } from '../model/report.ts';
import { chooseOriginWords } from '../words/origin-words.ts';
import type { Block, Section } from './document.ts';
import { makeTable } from './make-blocks.ts';

/** Longer manifests, of prompts given inline, are to be fetched. */
const maxManifestLength = 40_000;

/** How the numbers were measured, in short, and the hash of what was measured. */
export function writeSources({ run, tokenmeterVersion }: Report): Section {
  const { hashed, sources } = chooseOriginWords(run);
  return {
    id: 'sources',
    title: 'Where the numbers come from',
    blocks: [
      { kind: 'paragraph', words: sources },
      { kind: 'paragraph', words: `${hashed} ${run.manifestSha256}; tokenmeter ${tokenmeterVersion}.` },
    ],
  };
}

/** Unit, formula and basis of every metric that the report names. */
export function writeDefinitions({ metrics, run }: Report): Section {
  const rows = Object.entries(metrics).map(([name, { unit, formula, basis, over, description }]) => [
    { text: name, isCode: true },
    unit,
    { text: formula, isCode: true },
    basis,
    over,
    description,
  ]);
  const words = `${chooseOriginWords(run).clocks} Quantiles interpolate between raw values (type 7).`;
  const head = ['Metric', 'Unit', 'Formula', 'Counted on', 'Over', 'Meaning'];
  return {
    id: 'definitions',
    title: 'What each number means',
    blocks: [{ kind: 'paragraph', words }, ...makeTable('Definitions', head, rows, 6)],
  };
}

/**
 * The manifest with its hash, and the commands that check it, send the same requests again, and compare.
 * @param manifest canonical JSON; null where there is none
 */
export function writeReproduction({ run, tokenmeterVersion }: Report, manifest: string | null): Section {
  const { manifestSha256, seed } = run;
  const section = { id: 'reproduce', title: 'How to reproduce' };
  if (seed === null) {
    const words = [
      'The numbers were measured by LLMPerf and imported from its files, whose SHA-256 is ',
      { code: manifestSha256 },
      '. What was sent is not known, so that it cannot be sent again.',
    ];
    return { ...section, blocks: [{ kind: 'paragraph', words }] };
  }
  const words = [
    'The manifest says all that decides which requests are sent: the same manifest, the same requests, in the same order, with the same prompts. Its SHA-256 is ',
    { code: manifestSha256 },
    `; seed ${seed}; measured by Tokenmeter ${tokenmeterVersion}.`,
  ];
  const code: Block = { kind: 'code', text: listCommands(run), label: 'Commands that reproduce the run' };
  return { ...section, blocks: [{ kind: 'paragraph', words }, code, ...writeManifest(manifest)] };
}

function listCommands({ runId, manifestSha256 }: Report['run']): string {
  return `export TOKENMETER_URL=http://127.0.0.1:8787
export TOKENMETER_KEY=…

# the manifest, and that it is the one named here
curl -sS -H "Authorization: Bearer $TOKENMETER_KEY" -o manifest.json "$TOKENMETER_URL/v1/runs/${runId}/manifest"
echo "${manifestSha256}  manifest.json" | sha256sum --check

# the same requests again
curl -sS -H "Authorization: Bearer $TOKENMETER_KEY" -X POST "$TOKENMETER_URL/v1/runs/${runId}/rerun"

# the same again on a machine of your own, and whether it agrees, metric by metric (in a checkout of Tokenmeter)
npm run reproduce -- "$TOKENMETER_URL/v1/runs/${runId}/report"

# the numbers of this page with every formula, and the raw instants of each request
curl -sS -H "Authorization: Bearer $TOKENMETER_KEY" "$TOKENMETER_URL/v1/runs/${runId}/report?format=json"
curl -sS -H "Authorization: Bearer $TOKENMETER_KEY" "$TOKENMETER_URL/v1/runs/${runId}/samples"`;
}

function writeManifest(manifest: string | null): Block[] {
  if (manifest === null) return [];
  if (manifest.length > maxManifestLength) {
    const words = `The manifest has ${manifest.length.toLocaleString('en-US')} characters: too many for this page. The first command fetches it.`;
    return [{ kind: 'paragraph', words }];
  }
  const code: Block = { kind: 'code', text: manifest, isWrapped: true };
  return [{ kind: 'fold', summary: 'The manifest, byte for byte (canonical JSON, RFC 8785)', blocks: [code] }];
}
