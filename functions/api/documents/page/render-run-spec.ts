import { z } from 'zod';
import type { OpenapiDocument } from '../openapi-document.ts';
import { escapeHtml, inlineHtml } from './escape-html.ts';
import { renderSchema } from './render-schema.ts';

/** The schema that has a section of its own, before the operations. */
export const runSpecName = 'RunSpecInput';

const examplesSchema = z.array(z.looseObject({ name: z.string(), load: z.looseObject({ mode: z.string() }) }));

/** Renders the run spec, with an example for each load mode. */
export function renderRunSpec(document: OpenapiDocument): string {
  const schema = document.components.schemas[runSpecName];
  if (schema === undefined) throw new Error(`The contract has no schema ${runSpecName}`);
  const description = typeof schema['description'] === 'string' ? `${inlineHtml(schema['description'])}. ` : '';
  const examples = examplesSchema.parse(schema['examples']).map(({ name, load }, position) => {
    const given = (schema['examples'] as unknown[])[position]; // parsed to be a list just now; shown in its own order
    return `<details${position === 0 ? ' open' : ''}><summary>Load <code>${escapeHtml(load.mode)}</code>: ${escapeHtml(name)}</summary><pre><code>${escapeHtml(JSON.stringify(given, null, 2))}</code></pre></details>`;
  });
  return `<section id="run-spec"><h2>The run spec</h2>
<p>${description}It is the body of <a href="#createRun"><code>POST /v1/runs</code></a> and of <a href="#createEstimate"><code>POST /v1/estimates</code></a>, which says what a run would take without running it.</p>
<h3>An example for each kind of load</h3>
<p>Each runs as it stands against the simulated provider (<code>npm run provider</code>).</p>
${examples.join('\n')}
<h3>Its fields</h3>
<article id="schema-${runSpecName}">${renderSchema(schema)}</article></section>`;
}
