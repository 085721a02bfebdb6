import { z } from 'zod';
import type { OpenapiDocument } from '../openapi-document.ts';
import { escapeHtml, inlineHtml } from './escape-html.ts';
import { renderSchema } from './render-schema.ts';

/** The schema with its own section, before the operations. */
export const runSpecName = 'RunSpecInput';

const examplesSchema = z.array(z.looseObject({ name: z.string(), load: z.looseObject({ mode: z.string() }) }));

/** Renders the run spec, with an example for each load mode. */
export function renderRunSpec(document: OpenapiDocument): string {
  const schema = document.components.schemas[runSpecName];
  if (schema === undefined) throw new Error(`The OpenAPI document has no schema ${runSpecName}`);
  const description = typeof schema['description'] === 'string' ? `${inlineHtml(schema['description'])}. ` : '';
  const examples = examplesSchema.parse(schema['examples']).map(({ name, load }, position) => {
    const given = (schema['examples'] as unknown[])[position]; // the line above parsed it as a list; the original keeps its field order
    return `<details${position === 0 ? ' open' : ''}><summary>Load <code>${escapeHtml(load.mode)}</code>: ${escapeHtml(name)}</summary><pre><code>${escapeHtml(JSON.stringify(given, null, 2))}</code></pre></details>`;
  });
  return `<section id="run-spec"><h2>Run spec</h2>
<p>${description}It is the body of <a href="#createRun"><code>POST /v1/runs</code></a> and <a href="#createEstimate"><code>POST /v1/estimates</code></a>, which estimates a run without starting it.</p>
<h3>Examples by load mode</h3>
<p>Each example runs unchanged against the simulated provider (<code>npm run provider</code>).</p>
${examples.join('\n')}
<h3>Fields</h3>
<article id="schema-${runSpecName}">${renderSchema(schema)}</article></section>`;
}
