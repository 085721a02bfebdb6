import { beforeAll, describe, expect, test } from 'vitest';
import { parseOptions } from '../../../../../infra/aws/options.ts';
import { describeSilentAlarms, findSilentRegions } from '../../../../../infra/aws/stack/alarms/find-silent-regions.ts';
import { type Synthesized, synthesize } from '../synthesize.ts';
import { isAllowedByPolicy } from './evaluate-policy.ts';

const account = JSON.stringify({ Ref: 'AWS::AccountId' });
const away = 'tokenmeter-test-eu-west-1';
const workerRegions = ['eu-west-1'];
const topicArn = 'arn:aws:sns:us-east-1:123456789012:on-call';
const awayArn = 'arn:aws:sns:eu-west-1:123456789012:on-call';

const readPolicy = (stack: Synthesized, type: string, property: string) => stack.ofType(type)[0]?.[1][property];

describe.each([
  ['the home region', 'tokenmeter-test'],
  ['a worker region', away],
])('the policies of %s', (_, stackName) => {
  let stack: Synthesized;
  beforeAll(() => {
    stack = synthesize({ workerRegions }, stackName);
  });

  const cloudwatch = { service: 'cloudwatch.amazonaws.com', context: { 'aws:SourceAccount': account } };

  test('let the alarms of the account publish to the topic and use its key', () => {
    const topic = readPolicy(stack, 'AWS::SNS::TopicPolicy', 'PolicyDocument');
    const key = readPolicy(stack, 'AWS::KMS::Key', 'KeyPolicy');
    const context = { ...cloudwatch.context, 'aws:SecureTransport': 'true' };
    expect(isAllowedByPolicy(topic, { ...cloudwatch, context, action: 'sns:Publish' })).toBe(true);
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey'])
      expect(isAllowedByPolicy(key, { ...cloudwatch, action }), action).toBe(true);
  });

  test('refuse alarms of other accounts, and requests without TLS', () => {
    const topic = readPolicy(stack, 'AWS::SNS::TopicPolicy', 'PolicyDocument');
    const other = { 'aws:SourceAccount': '999999999999', 'aws:SecureTransport': 'true' };
    expect(isAllowedByPolicy(topic, { ...cloudwatch, context: other, action: 'sns:Publish' })).toBe(false);
    const plain = { ...cloudwatch.context, 'aws:SecureTransport': 'false' };
    expect(isAllowedByPolicy(topic, { ...cloudwatch, context: plain, action: 'sns:Publish' })).toBe(false);
  });
});

describe('a deployment whose alarms notify nobody', () => {
  test('is warned about if it keeps its data, and the warning says what to set', () => {
    expect(describeSilentAlarms('prod', parseOptions({}))).toMatch(/prod notify nobody in us-east-1\. Set alarmEmail/);
    expect(describeSilentAlarms('dev', parseOptions({ removal: 'destroy' }))).toBeNull();
    expect(describeSilentAlarms('prod', parseOptions({ alarmEmail: 'ops@example.com' }))).toBeNull();
    expect(describeSilentAlarms('prod', parseOptions({ alarmTopicArns: [topicArn] }))).toBeNull();
    const { metadata } = synthesize().app.node.findChild('tokenmeter-test').node;
    const warnings = metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => data);
    expect(warnings).toEqual([expect.stringContaining('notify nobody')]);
  });

  test('is warned about for each region in which no topic is set', () => {
    expect(findSilentRegions(parseOptions({ workerRegions }))).toEqual(['us-east-1', 'eu-west-1']);
    expect(findSilentRegions(parseOptions({ workerRegions, alarmTopicArns: [topicArn] }))).toEqual(workerRegions);
    expect(findSilentRegions(parseOptions({ workerRegions, alarmTopicArns: [topicArn, awayArn] }))).toEqual([]);
  });
});

test('an alarm notifies the topic of its stack and the topics in its own region', () => {
  for (const [stackName, arn, other] of [
    ['tokenmeter-test', topicArn, awayArn],
    [away, awayArn, topicArn],
  ] as const) {
    const alarms = synthesize({ workerRegions, alarmTopicArns: [topicArn, awayArn] }, stackName);
    for (const [, { AlarmActions }] of alarms.ofType('AWS::CloudWatch::Alarm')) {
      expect(AlarmActions).toHaveLength(2);
      expect(AlarmActions).toContain(arn);
      expect(AlarmActions).not.toContain(other);
    }
  }
});
