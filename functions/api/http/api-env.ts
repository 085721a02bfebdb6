import type { Deps } from '../../../shared/ports.ts';
import type { Principal } from './auth/authenticate.ts';
import type { Endpoint } from './define-endpoint.ts';

/** One field of a form, as text; a file has a name. */
export type FormPart = { field: string; fileName: string | null; text: string };

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
    /** Set on every endpoint that takes a form: what it had, or the value of the JSON that came in its place. */
    formBody: { kind: 'form'; parts: FormPart[] } | { kind: 'json'; value: unknown };
  };
};

/** A page, and the policy under which a browser may show it. */
export type DocsPage = { html: string; contentSecurityPolicy: string };

/** What is served as it is: made once, not for each request. */
export type ApiDocuments = { openapiYaml: string; docs: DocsPage };

/** What every handler is given besides the request. */
export type ApiContext = { deps: Deps; documents: ApiDocuments };
