import { readFileSync } from 'node:fs';
import type { ApiDocuments } from '../../functions/api/http/operation.ts';
import { renderDocs } from './page/render-docs.ts';

/** Reads the committed openapi.yaml. Renders its HTML page on first use, because rendering takes almost a second. */
export function readDocuments(): ApiDocuments {
  const openapiYaml = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');
  let docs: ApiDocuments['docs'] | null = null;
  return {
    openapiYaml,
    get docs() {
      docs ??= renderDocs(openapiYaml);
      return docs;
    },
  };
}
