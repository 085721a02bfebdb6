import { describe, expect, test } from 'vitest';
import { mapKinds, nameQueues } from '../../infra/message-kinds.ts';
import { egressLevels, loadConfig } from '../../shared/config.ts';
import { isAllowedEndpoint } from '../../shared/egress/classify-address.ts';

const required = { ...nameQueues(mapKinds(() => 'https://sqs.example.com/q')), KMS_KEY_ID: 'key' };
const onAws = { ...required, AWS_LAMBDA_FUNCTION_NAME: 'tokenmeter-prod-worker' };

describe('the settings', () => {
  test.each(egressLevels)('on AWS never allow loopback or link-local addresses, even with EGRESS=%s', (level) => {
    const settings = { EGRESS: level, LOOPBACK_PORTS: 'any', EGRESS_CIDRS: '10.20.0.0/16' };
    const { egress } = loadConfig({ ...onAws, ...settings });
    const isAllowed = (address: string) => isAllowedEndpoint(address, 9_001, egress, new Set());
    // Lambda's runtime API and X-Ray daemon have addresses of these ranges.
    for (const address of ['127.0.0.1', '::1', '169.254.100.1', '169.254.79.129', 'fe80::1', '10.21.0.1', '240.0.0.1'])
      expect(isAllowed(address), address).toBe(false);
    for (const address of ['10.20.3.4', '::ffff:10.20.3.4', '8.8.8.8']) expect(isAllowed(address), address).toBe(true);
  });

  test('on AWS use no proxy, whose address could be loopback', () => {
    const proxy = { HTTPS_PROXY: 'http://127.0.0.1:3128' };
    expect(loadConfig({ ...onAws, ...proxy }).proxies.https).toBeNull();
    expect(loadConfig({ ...required, ...proxy }).proxies.https).toBe('http://127.0.0.1:3128');
  });

  test('refuse a range that is not private', () => {
    expect(() => loadConfig({ ...required, EGRESS_CIDRS: '10.0.0.0/8,169.254.0.0/16' })).toThrow(
      'EGRESS_CIDRS: must be a list of private ranges, such as 10.20.0.0/16',
    );
  });
});
