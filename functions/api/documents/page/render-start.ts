import { escapeHtml } from './escape-html.ts';

const exports = `export TOKENMETER_URL=http://127.0.0.1:8787
export TOKENMETER_KEY=$(cat .data/local-api-key)`;

/** Renders the variables of the command lines on the page. */
export function renderStart(): string {
  return `<section id="start"><h2>Authentication</h2>
<p>The commands on this page use two variables. For a local service that runs with <code>npm start</code>:</p>
<pre><code>${escapeHtml(exports)}</code></pre>
<p>For another deployment, use the address of this page and your API key. Replace variables such as <code>$RUN_ID</code> with ids from earlier responses.</p></section>`;
}
