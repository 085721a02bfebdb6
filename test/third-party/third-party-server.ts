import type { Protocol } from '../../shared/protocols/registry.ts';
import type { Server } from '../support/commands/start-server.ts';

/** One target of a run. Its id is also part of its row in the table. */
export type ThirdPartyTarget = {
  protocol: Protocol;
  /** Path of the `baseUrl` at the server. */
  path: string;
  /** Fields of the target in addition to `id`, `protocol` and `baseUrl`. */
  fields: { model: string; apiKey?: string; [field: string]: unknown };
};

/** One run with all its targets. */
export type Scenario = {
  /** What is special about the run, such as `faults`; null for plain answers. */
  label: string | null;
  targets: readonly ThirdPartyTarget[];
  /** Prepares the server, such as for faults. */
  prepare?(serverUrl: string): Promise<void>;
  /** Outcomes that each target must have, so that faults are known to have been tried. */
  expectedOutcomes: readonly string[];
};

export type ThirdPartyServer = {
  name: string;
  version: string;
  /** Commands that must be installed. */
  needs: readonly string[];
  install(): Promise<void>;
  /** Starts the server for the scenario with this label. */
  start(label: string | null): Promise<Server>;
  scenarios: readonly Scenario[];
};

/** Names a row of the table, such as `gemini, faults`. */
export function renderTarget({ label }: Scenario, { protocol }: ThirdPartyTarget): string {
  return label === null ? protocol : `${protocol}, ${label}`;
}
