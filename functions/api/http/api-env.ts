import { z } from 'zod';
import type { ApiDeps } from '../compose.ts';

/** The variables in the context of every request. */
export type ApiEnv = { Variables: { requestId: string } };

/** An HTML page and its content security policy. */
const docsPageSchema = z.object({ html: z.string(), contentSecurityPolicy: z.string() });
export type DocsPage = z.infer<typeof docsPageSchema>;

/** The documents that are rendered once and served unchanged. */
export const apiDocumentsSchema = z.object({ openapiYaml: z.string(), docs: docsPageSchema });
export type ApiDocuments = z.infer<typeof apiDocumentsSchema>;

/** The dependencies of every handler. */
export type ApiContext = { deps: ApiDeps; documents: ApiDocuments };
