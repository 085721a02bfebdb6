import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ApiDocuments } from '../../functions/api/http/operation.ts';
import { convertTo30 } from './convert-to-30.ts';
import { renderDocs } from './page/render-docs.ts';

/**
 * Reads the committed openapi.yaml. Renders each of its other forms on first use, because parsing the file and rendering
 * the HTML page take almost a second.
 */
export function readDocuments(): ApiDocuments {
  const openapiYaml = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');
  const readJson = rememberResult(() => JSON.stringify(parse(openapiYaml)));
  const read30Json = rememberResult(() => JSON.stringify(convertTo30(JSON.parse(readJson()))));
  const readDocs = rememberResult(() => renderDocs(openapiYaml));
  return {
    openapiYaml,
    get openapiJson() {
      return readJson();
    },
    get openapi30Json() {
      return read30Json();
    },
    get docs() {
      return readDocs();
    },
  };
}

function rememberResult<Result>(compute: () => Result): () => Result {
  let result: { value: Result } | null = null;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}
