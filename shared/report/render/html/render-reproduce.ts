import { html } from 'hono/html';
import type { Report } from '../../model/report.ts';
import type { Html } from './html.ts';

/** Longer manifests, of prompts given inline, are to be fetched. */
const maxManifestLength = 40_000;

/**
 * The manifest with its hash, and the commands that check it, send the same requests again, and compare.
 * @param manifest canonical JSON; null where there is none
 */
export function renderReproduce({ run, tokenmeterVersion }: Report, manifest: string | null): Html {
  if (run.source === 'imported')
    return html`<p>The numbers were measured by LLMPerf and imported from its files, whose SHA-256 is <code>${run.manifestSha256}</code>. What was sent is not known, so that it cannot be sent again.</p>`;
  return html`<p>The manifest says all that decides which requests are sent: the same manifest, the same requests, in the same order, with the same prompts. Its SHA-256 is <code>${run.manifestSha256}</code>; seed ${run.seed}; measured by Tokenmeter ${tokenmeterVersion}.</p>
<pre tabindex="0" aria-label="Commands that reproduce the run"><code>export TOKENMETER_URL=http://127.0.0.1:8787
export TOKENMETER_KEY=…

# the manifest, and that it is the one named here
curl -sS -H "Authorization: Bearer $TOKENMETER_KEY" -o manifest.json "$TOKENMETER_URL/v1/runs/${run.runId}/manifest"
echo "${run.manifestSha256}  manifest.json" | sha256sum --check

# the same requests again
curl -sS -H "Authorization: Bearer $TOKENMETER_KEY" -X POST "$TOKENMETER_URL/v1/runs/${run.runId}/rerun"

# the same again on a machine of your own, and whether it agrees, metric by metric (in a checkout of Tokenmeter)
npm run reproduce -- "$TOKENMETER_URL/v1/runs/${run.runId}/report"

# the numbers of this page with every formula, and the raw instants of each request
curl -sS -H "Authorization: Bearer $TOKENMETER_KEY" "$TOKENMETER_URL/v1/runs/${run.runId}/report?format=json"
curl -sS -H "Authorization: Bearer $TOKENMETER_KEY" "$TOKENMETER_URL/v1/runs/${run.runId}/samples"</code></pre>
${manifestText(manifest)}`;
}

function manifestText(manifest: string | null): Html | string {
  if (manifest === null) return '';
  if (manifest.length > maxManifestLength)
    return html`<p>The manifest has ${manifest.length.toLocaleString('en-US')} characters: too many for this page. The first command fetches it.</p>`;
  return html`<details><summary>The manifest, byte for byte (canonical JSON, RFC 8785)</summary><pre class="wrap"><code>${manifest}</code></pre></details>`;
}
