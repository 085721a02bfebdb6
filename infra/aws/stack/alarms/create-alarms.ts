import type { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Options } from '../../options.ts';
import { type AlarmName, alarmDefinitions } from './alarm-definitions.ts';
import type { Conditions } from './build-conditions.ts';
import { readTopicRegion } from './find-silent-regions.ts';

type Destination = { name: string; key: Key; options: Options };

/** Creates alarms that notify the stack's SNS topic and those of the `alarmTopicArns` option in the same region. */
export function createAlarms(stack: Stack, destination: Destination, conditions: Partial<Conditions>): Alarm[] {
  const topics = [createTopic(stack, destination), ...findTopics(stack, destination.options)];
  return Object.entries(conditions).map(([name, condition]) => {
    const description = alarmDefinitions[name as AlarmName]; // all keys of `conditions` are alarm names
    const alarm = new Alarm(stack, `Alarm-${name}`, {
      alarmName: `${destination.name}-${name}`,
      alarmDescription: `${description}. Runbook: docs/runbook.md#${name}`,
      metric: condition.metric,
      threshold: condition.threshold,
      evaluationPeriods: condition.periods ?? 1,
      comparisonOperator: condition.below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: condition.below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(...topics.map((topic) => new SnsAction(topic)));
    return alarm;
  });
}

/**
 * Creates the topic of the alarms, and subscribes the address in the `alarmEmail` option. The topic's policy replaces
 * SNS's own, so it must allow CloudWatch to publish.
 */
function createTopic(stack: Stack, { name, key, options }: Destination): Topic {
  const topic = new Topic(stack, 'Alarms', { topicName: `${name}-alarms`, masterKey: key, enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'PublishAlarms',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  );
  if (options.alarmEmail !== null) topic.addSubscription(new EmailSubscription(options.alarmEmail));
  return topic;
}

function findTopics(stack: Stack, { alarmTopicArns }: Options): ITopic[] {
  const local = alarmTopicArns.filter((arn) => readTopicRegion(arn) === stack.region);
  return local.map((arn, position) => Topic.fromTopicArn(stack, `AlarmTopic${position}`, arn));
}
