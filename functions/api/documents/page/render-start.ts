import { escapeHtml } from './escape-html.ts';

const exports = `export TOKENMETER_URL=http://127.0.0.1:8787
export TOKENMETER_KEY=$(cat .data/local-api-key)`;

/** Renders the variables that every command line on the page uses. */
export function renderStart(): string {
  return `<section id="start"><h2>Before you call</h2>
<p>Command lines on this page use two variables. For a service started on your machine by <code>npm start</code>:</p>
<pre><code>${escapeHtml(exports)}</code></pre>
<p>Elsewhere, the first is the address that this page came from, and the second a key that you were given. Names such as <code>$RUN_ID</code> stand for the ids that earlier answers gave.</p></section>`;
}
