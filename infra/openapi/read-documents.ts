import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import {
  type ApiDocuments,
  type RenderedDocuments,
  renderedDocumentsSchema,
} from '../../functions/api/http/operation.ts';
import { readOpenapiYaml } from './render-documents.ts';

const threadEntry = new URL('./documents-thread.ts', import.meta.url);

/**
 * Reads the committed openapi.yaml. A thread renders its other forms on first use, because that takes about a second, in
 * which the calling thread must answer other requests.
 */
export function readDocuments(): ApiDocuments {
  let rendered: Promise<RenderedDocuments> | null = null;
  const render = () => {
    rendered ??= renderOnThread().catch((error: unknown) => {
      rendered = null;
      throw error;
    });
    return rendered;
  };
  return {
    openapiYaml: readOpenapiYaml(),
    readJson: async () => (await render()).openapiJson,
    read30Json: async () => (await render()).openapi30Json,
    readDocs: async () => (await render()).docs,
  };
}

async function renderOnThread(): Promise<RenderedDocuments> {
  const thread = new Worker(threadEntry, { name: 'documents', execArgv: [] });
  const [message] = await once(thread, 'message');
  return renderedDocumentsSchema.parse(message);
}
