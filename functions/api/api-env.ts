import type { Deps } from '../../shared/ports.ts';
import type { Principal } from '../../shared/usecases/authenticate.ts';
import type { Endpoint } from './endpoint.ts';

/** What the guards leave for the handlers of one request. */
export type ApiEnv = {
  Variables: {
    requestId: string;
    /** The endpoint that was matched. */
    endpoint: Endpoint;
    /** Set on every endpoint that wants a key. */
    principal: Principal;
    /** Set on every endpoint whose body is text: its media type, and the text. */
    textBody: { type: string; text: string };
  };
};

/** A page, and the policy under which a browser may show it. */
export type DocsPage = { html: string; contentSecurityPolicy: string };

/** What is served as it is: made once, not for each request. */
export type ApiDocuments = { openapiYaml: string; docs: DocsPage };

/** What every handler is given besides the request. */
export type ApiContext = { deps: Deps; documents: ApiDocuments };
