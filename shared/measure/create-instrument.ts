import type { Config } from '../config.ts';
import type { Instrument } from './instrument.ts';
import { openSession } from './open-session.ts';

const defaultMaxResponseBytes = 8 * 1_024 * 1_024;

export type InstrumentOptions = {
  /** Which addresses an endpoint may have; checked inside the look-up, at connect time. */
  egress: Config['egress'];
  /** Memory bound of one response body; a larger one ends as `too_large`. Default: 8 MiB. */
  maxResponseBytes?: number;
  /** Extra trusted certificates (PEM), for endpoints with a certificate authority of their own. */
  ca?: string;
  /** The measuring thread's entry, where a bundler has put it elsewhere. */
  threadEntry?: URL;
  /** The same of the reference server's thread; null: no reference stream, and no error bar. */
  referenceEntry?: URL | null;
};

/** The instrument: each session is a thread that does nothing but measure, with connections of its own. */
export function createInstrument(options: InstrumentOptions): Instrument {
  const { egress, maxResponseBytes = defaultMaxResponseBytes, ca = null } = options;
  const entry = options.threadEntry ?? new URL('./thread/measuring-thread.ts', import.meta.url);
  const { referenceEntry = new URL('./thread/reference-thread.ts', import.meta.url) } = options;
  return {
    openSession: (endpoint, timeouts) =>
      openSession({ entry, referenceEntry }, { endpoint, timeouts, egress, maxResponseBytes, ca }),
  };
}
