import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { deadLetterSuffix } from '../../../../shared/records/messages.ts';
import { readSettingNames } from '../../../support/read-setting-names.ts';
import { readEnvironment, synthesize } from './synthesize.ts';

const environmentNames = readSettingNames('shared/config.ts');

describe('a worker region', () => {
  const options = { workerRegions: ['eu-west-1'] };

  test('has its own workers, and uses the table, key, and other queues of the home region', () => {
    const away = synthesize(options, 'tokenmeter-test-eu-west-1');
    const functions = away.ofType('AWS::Lambda::Function').map(([, properties]) => properties);
    expect(functions.map((properties) => properties['FunctionName']).sort()).toEqual([
      'tokenmeter-test-dead-letters',
      'tokenmeter-test-worker',
    ]);
    for (const properties of functions) {
      const environment = readEnvironment(properties);
      expect(environment).toMatchObject({ HOME_REGION: 'us-east-1', TABLE_NAME: 'tokenmeter-test' });
      const text = JSON.stringify(environment);
      for (const part of ['sqs.us-east-1.', 'sqs.eu-west-1.', ':kms:us-east-1:']) expect(text).toContain(part);
      const plain = JSON.parse(text.replaceAll(/\{"Fn::Join":\["",\[.*?\]\]\}/g, '"https://example.com/x"'));
      const { NODE_OPTIONS: _, ...known } = plain;
      expect(Object.keys(known).filter((each) => !environmentNames.includes(each))).toEqual([]);
    }
    const queues = away.ofType('AWS::SQS::Queue').map(([, properties]) => properties['QueueName']);
    expect(queues.sort()).toEqual(['tokenmeter-test-batch', `tokenmeter-test-batch${deadLetterSuffix}`]);
    expect(new AwsSolutionsChecks().validateScope(away.app).violations).toEqual([]);
    const rights = JSON.stringify(away.ofType('AWS::IAM::Role'));
    expect(rights).toContain(':dynamodb:us-east-1:');
    expect(rights).toContain('"kms:ResourceAliases":"alias/tokenmeter-test"');
  });

  test('receives batches from the home region', () => {
    const home = synthesize(options);
    const [, coordinator = {}] =
      home.ofType('AWS::Lambda::Function').find(([, each]) => each['FunctionName'] === 'tokenmeter-test-coordinator') ??
      [];
    expect(JSON.stringify(readEnvironment(coordinator)['WORKER_QUEUE_URLS'])).toMatch(/us-east-1.*eu-west-1/);
    expect(JSON.stringify(home.ofType('AWS::IAM::Role'))).toContain(':sqs:eu-west-1:');
  });
});
