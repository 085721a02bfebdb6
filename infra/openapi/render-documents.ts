import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { RenderedDocuments } from '../../functions/api/http/operation.ts';
import { convertTo30 } from './convert-to-30.ts';
import { renderDocs } from './page/render-docs.ts';

export function readOpenapiYaml(): string {
  return readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');
}

/** Renders the other forms of the committed openapi.yaml, which takes about a second. */
export function renderDocuments(openapiYaml = readOpenapiYaml()): RenderedDocuments {
  const openapi = parse(openapiYaml);
  return {
    openapiYaml,
    openapiJson: JSON.stringify(openapi),
    openapi30Json: JSON.stringify(convertTo30(openapi)),
    docs: renderDocs(openapiYaml),
  };
}
