import { composeApi } from '../../../functions/api/compose.ts';
import { composeNotifier } from '../../../functions/notifier/compose.ts';
import { composeWorker } from '../../../functions/worker/compose.ts';
import { createObjectStore } from '../../../shared/adapters/object-store.ts';
import type { Config } from '../../../shared/config.ts';
import type { Deps } from '../../../shared/ports.ts';

/** Composes what all functions need together, for tests that run several of them in one process. */
export function composeAll(config: Config, entries: Parameters<typeof composeWorker>[1] = {}): Deps {
  const { http } = composeNotifier(config);
  const { instrument, roles } = composeWorker(config, entries);
  return { ...composeApi(config), objects: createObjectStore(config), http, instrument, roles };
}
