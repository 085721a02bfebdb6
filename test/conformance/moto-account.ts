import { parseOptions } from '../../infra/aws/options.ts';

/** Account of moto and settings of its clients. moto does not check signatures. */
export const motoClientSettings = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' },
  accountId: '123456789012',
} as const;

export const stackStage = 'conformance';
export const stackOptions = parseOptions({});
