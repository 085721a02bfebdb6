import type { Outcome } from '../../../shared/sample/outcome.ts';
import type { ScriptedRequest, Step } from '../../support/servers/scripted-server.ts';

/** A way in which a target server answers every request of a run, and the outcomes that its requests may have. */
export type HostileMode = {
  name: string;
  script: (request: ScriptedRequest) => Iterable<Step> | AsyncIterable<Step>;
  outcomes: readonly Outcome[];
  /** Whether the run follows redirects within the origin of its target. */
  followRedirects?: boolean;
  /** Limits of the run that differ from those of the other modes. */
  limits?: { firstTokenTimeoutMs?: number; requestTimeoutMs?: number };
};
