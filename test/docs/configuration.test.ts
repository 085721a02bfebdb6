import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildLocalEnvironment, loadLocalSettings } from '../../infra/local/local-settings.ts';
import { type Config, loadConfig } from '../../shared/config.ts';
import { quotas } from '../../shared/quotas.ts';
import { readSettingNames } from '../support/read-setting-names.ts';

const text = readFileSync(resolve(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
const queueUrl = 'http://127.0.0.1:9/q';
const queueUrls = { advance: queueUrl, batch: queueUrl, finalize: queueUrl, deliver: queueUrl };
const required = {
  ADVANCE_QUEUE_URL: queueUrl,
  BATCH_QUEUE_URL: queueUrl,
  FINALIZE_QUEUE_URL: queueUrl,
  DELIVER_QUEUE_URL: queueUrl,
  MASTER_KEY_FILE: 'k',
};

/** Lists the rows of a section's table: the variable and the other cells. */
function listRows(section: string): { name: string; cells: string[] }[] {
  const part = text.split('\n## ').find((candidate) => candidate.startsWith(section)) ?? '';
  return [...part.matchAll(/^\| `([A-Z_]+)` \|(.*)\|$/gm)].map(([, name = '', rest = '']) => ({
    name,
    cells: rest.split('|').map((cell) => cell.trim()),
  }));
}

/** Converts `MAX_BODY_BYTES` to `maxBodyBytes`, its name in the configuration. */
const toFieldName = (name: string) => name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const readSetting = (config: object, name: string) =>
  String(Object.entries(config).find(([field]) => field === toFieldName(name))?.[1]);

/** Returns a configuration with its compound settings under their own names. */
const flatten = ({ egress, targetRoles, ...config }: Config) => ({
  ...config,
  egress: egress.level,
  egressCidrs: egress.privateRanges,
  workerRoleTenants: targetRoles.workerTenants,
  assumableRoles: targetRoles.assumable,
  loopbackPorts: egress.loopbackPorts ?? 'any',
});

describe('docs/configuration.md', () => {
  const settings = listRows('Settings');
  const place = {
    tableName: 'tokenmeter',
    port: 1,
    dynamodbEndpoint: 'http://127.0.0.1:9',
    sqsEndpoint: 'http://127.0.0.1:9',
    s3Endpoint: 'http://127.0.0.1:9',
    signingKey: 'ab12',
    queueUrls,
    masterKeyFile: 'k',
    maxWorkers: loadLocalSettings({}).maxWorkers,
  };
  const local: Config = loadConfig(buildLocalEnvironment(place, {}));

  test.each(settings)('states the default of $name', ({ name, cells: [stated = '', localStated = ''] }) => {
    expect(readSetting(flatten(loadConfig(required)), name)).toBe(stated);
    expect(readSetting(flatten(local), name)).toBe(localStated === '' ? stated : localStated);
  });

  test.each(listRows('One machine only').filter(({ name }) => !['PORT', 'DATA_DIR'].includes(name)))(
    'states the default of $name',
    ({ name, cells: [stated] }) => {
      const field =
        name === 'MAX_LOCAL_WORKERS' ? 'MAX_WORKERS' : name === 'WARM_LOCAL_WORKERS' ? 'WARM_WORKERS' : name;
      expect(readSetting(loadLocalSettings({}), field)).toBe(stated);
    },
  );

  test('states the default and the meaning of each quota', () => {
    const stated = listRows('Quotas').map(({ name, cells }) => [name, ...cells].join(' | '));
    const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
    const wanted = Object.values(quotas).map(
      ({ setting, limit, counted }) => `${setting} | ${limit} | ${capitalize(counted)}`,
    );
    expect(stated).toEqual(wanted);
  });

  test('contains every setting', () => {
    const names = ['shared/config.ts', 'infra/local/local-settings.ts'].flatMap(readSettingNames);
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
    expect(names.length).toBeGreaterThan(25);
  });
});
