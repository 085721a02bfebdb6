import type { Auth } from './auth.ts';

/** Rules of a protocol for the body of a request. */
export type BodyRules = {
  /**
   * Fields that a target may not set, because the workload or the protocol sets them: path (`/` between levels) →
   * remedy.
   */
  reserved: Readonly<Record<string, string>>;
  /** Reserved fields that a target may set to null, which omits them from the request. */
  omittable?: readonly string[];
  /** Where the temperature goes, and the lowest value that the protocol accepts. */
  temperature: { path: readonly [string] | readonly [string, string]; least: number };
  /** Whether the output limit is sent under the name that the target's `maxTokensField` gives. */
  isLimitNamed?: true;
};

/** Everything about a protocol except its wire format, which is in its dialect. */
export type Descriptor = {
  /** How the credential is sent unless the target says otherwise. */
  auth: Auth;
  /** The AWS service that requests can be signed for. */
  signingService?: string;
  /** Headers of every request, unless the target sets its own. */
  headers?: Readonly<Record<string, string>>;
  /** Remedy for a credential that is JSON if the protocol needs a single key. */
  keyRemedy?: string;
  body: BodyRules;
  /** Rules for each allowed value of the target's `payload`; without one, `body` applies. */
  payloads?: Readonly<Record<string, BodyRules>>;
};
