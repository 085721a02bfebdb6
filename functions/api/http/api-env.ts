import { z } from 'zod';
import type { ApiDeps } from '../compose.ts';

/** What the context of every request has. */
export type ApiEnv = { Variables: { requestId: string } };

/** A page, and the policy under which a browser may show it. */
const docsPageSchema = z.object({ html: z.string(), contentSecurityPolicy: z.string() });
export type DocsPage = z.infer<typeof docsPageSchema>;

/** The documents that are built once and served unchanged. */
export const apiDocumentsSchema = z.object({ openapiYaml: z.string(), docs: docsPageSchema });
export type ApiDocuments = z.infer<typeof apiDocumentsSchema>;

/** What every handler receives in addition to the request. */
export type ApiContext = { deps: ApiDeps; documents: ApiDocuments };
