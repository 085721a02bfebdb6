import { parseOptions } from '../../infra/aws/options.ts';

/** The account that moto plays, and how clients reach it: it checks no signature. */
export const motoClientSettings = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' },
  accountId: '123456789012',
} as const;

export const stackStage = 'conformance';
export const stackOptions = parseOptions({});
