import type { Deps } from '../../../shared/ports.ts';

/** What every handler finds in the context of a request. */
export type ApiEnv = { Variables: { requestId: string } };

/** A page, and the policy under which a browser may show it. */
export type DocsPage = { html: string; contentSecurityPolicy: string };

/** What is served as it is: made once, not for each request. */
export type ApiDocuments = { openapiYaml: string; docs: DocsPage };

/** What every handler is given besides the request. */
export type ApiContext = { deps: Deps; documents: ApiDocuments };
