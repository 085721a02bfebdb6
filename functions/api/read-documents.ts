import { readFileSync } from 'node:fs';
import type { ApiDocuments } from './api-env.ts';
import { renderDocs } from './docs/render-docs.ts';

/** The committed contract, and the page made of it. */
export function readDocuments(): ApiDocuments {
  const openapiYaml = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');
  return { openapiYaml, docs: renderDocs(openapiYaml) };
}
