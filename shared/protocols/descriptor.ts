import type { Auth } from './auth.ts';

/** What a protocol decides about the body of a request. */
export type BodyRules = {
  /** Fields that a target may not set, since the workload or the protocol sets them: path (`/` between levels) → remedy. */
  reserved: Readonly<Record<string, string>>;
  /** Reserved fields that a target may set to null, which omits them from the request. */
  omittable?: readonly string[];
  /** Where the temperature goes, and the lowest value that the protocol accepts. */
  temperature: { path: readonly [string] | readonly [string, string]; least: number };
  /** Whether the output limit is sent under the name that the target's `maxTokensField` gives. */
  isLimitNamed?: true;
};

/** What the rest of the service needs to know about a protocol. How it looks on the wire is in its dialect. */
export type Descriptor = {
  /** How the credential is sent unless the target says otherwise. */
  auth: Auth;
  /** The AWS service that requests can be signed for. */
  signingService?: string;
  /** Headers of every request, unless the target sets its own. */
  headers?: Readonly<Record<string, string>>;
  /** What to do about a credential that is JSON where a single key is sent. */
  keyRemedy?: string;
  body: BodyRules;
  /** What the target's `payload` may name; `body` applies if the target names none. */
  payloads?: Readonly<Record<string, BodyRules>>;
};
