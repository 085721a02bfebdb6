import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadLocalSettings, loadPlace } from '../../../infra/local/local-settings.ts';

describe('settings of the local server', () => {
  test('have defaults, which also replace empty variables', () => {
    const defaults = loadLocalSettings({});
    expect(defaults).toMatchObject({ maxWorkers: 16, warmWorkers: 2, supervisorIntervalMs: 5_000 });
    expect(loadLocalSettings({ MAX_LOCAL_WORKERS: '' })).toEqual(defaults);
    expect(loadPlace({ DATA_DIR: '', PORT: '' })).toEqual({ dataDir: resolve('.data'), port: 8_787 });
  });

  test('are rejected by name if they are invalid', () => {
    expect(() => loadLocalSettings({ MAX_LOCAL_WORKERS: '0', WORKER_IDLE_MS: 'x' })).toThrow(
      /^MAX_LOCAL_WORKERS must be a whole number from 1 to 256; WORKER_IDLE_MS must be a whole number from 0 to 3600000$/,
    );
    for (const PORT of ['99999', 'abc', '-1', '80.5', '-1.5'])
      expect(() => loadPlace({ PORT })).toThrow(/^PORT must be a whole number from 0 to 65535$/);
  });
});
