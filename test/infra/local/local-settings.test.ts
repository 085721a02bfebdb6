import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildLocalEnvironment, loadLocalSettings, loadPlace } from '../../../infra/local/local-settings.ts';
import { loadConfig } from '../../../shared/config.ts';

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

const place = {
  tableName: 'tokenmeter',
  port: 8_787,
  maxWorkers: 16,
  dynamodbEndpoint: 'http://127.0.0.1:1',
  sqsEndpoint: 'http://127.0.0.1:2',
  s3Endpoint: 'http://127.0.0.1:3',
  signingKey: 'ab12',
  queueUrls: {
    advance: 'http://127.0.0.1:2/q/advance',
    batch: 'http://127.0.0.1:2/q/batch',
    finalize: 'http://127.0.0.1:2/q/finalize',
    deliver: 'http://127.0.0.1:2/q/deliver',
  },
  masterKeyFile: 'master.key',
};

describe('local environment', () => {
  test('is valid by default and allows only loopback and its own host names', () => {
    const config = loadConfig(buildLocalEnvironment(place, {}));
    expect(config).toMatchObject({
      egress: { level: 'loopback', loopbackPorts: [8_788], ownPorts: [8_787, 1, 2, 3] },
      allowedHosts: ['127.0.0.1:8787', 'localhost:8787'],
      publicUrl: 'http://127.0.0.1:8787',
      sealing: { kind: 'file', path: 'master.key' },
      maxWorkersPerRun: 16,
      workerRegion: null,
    });
  });

  test('takes settings from the surrounding environment', () => {
    const config = loadConfig(buildLocalEnvironment(place, { LEASE_MS: '700', EGRESS: 'public', LOG_LEVEL: '' }));
    expect(config).toMatchObject({ leaseMs: 700, egress: { level: 'public' }, logLevel: 'warn' });
  });

  test('does not let the surrounding environment decide where data is stored', () => {
    const outside = {
      AWS_REGION: 'eu-west-1',
      TABLE_NAME: 'theirs',
      KMS_KEY_ID: 'key',
      DYNAMODB_ENDPOINT: 'https://dynamodb.example.com',
      BATCH_QUEUE_URL: 'https://sqs.example.com/q',
      MASTER_KEY_FILE: 'other.key',
    };
    expect(buildLocalEnvironment(place, outside)).toEqual(buildLocalEnvironment(place, {}));
  });

  test('does not pass secrets of the shell to workers', () => {
    const environment = buildLocalEnvironment(place, { PATH: '/bin', AWS_SECRET_ACCESS_KEY: 's', OPENAI_API_KEY: 's' });
    expect(environment['PATH']).toBe('/bin');
    expect(Object.values(environment)).not.toContain('s');
  });
});
