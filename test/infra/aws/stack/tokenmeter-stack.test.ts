import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { alarmDefinitions } from '../../../../infra/aws/stack/alarms/alarm-definitions.ts';
import { functionNames } from '../../../../infra/aws/stack/function-settings.ts';
import { tableDefinition } from '../../../../shared/adapters/dynamodb/table.ts';
import { loadConfig } from '../../../../shared/config.ts';
import { deadLetterSuffix } from '../../../../shared/records/messages.ts';
import { paceWorkers } from '../../../../shared/runs/pace-workers.ts';
import { readSettingNames } from '../../../support/read-setting-names.ts';
import { readEnvironment, type Synthesized, synthesize } from './synthesize.ts';

const runbook = readFileSync(resolve(import.meta.dirname, '../../../../docs/runbook.md'), 'utf8');
const toArray = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const reference = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const referred = (value: unknown) => reference.parse(value)['Fn::GetAtt'][0];
const statementSchema = z.object({
  Sid: z.string().optional(),
  Effect: z.string(),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.unknown(),
});
const roleSchema = z.object({
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(statementSchema) }) })),
});

const environmentNames = readSettingNames('shared/config.ts');
let stack: Synthesized;
beforeAll(() => {
  stack = synthesize();
});

test.each([
  ['MAX_WAIT_SECONDS', '26', 'must be at most 25'],
  ['MAX_BODY_BYTES', '5000000', 'must be at most 4694016'],
  ['MAX_STREAMS_PER_WORKER', '801', 'must be at most 800'],
  ['WORKER_TIME_LIMIT_MS', '900001', 'must be at most 900000'],
])('a setting that exceeds a limit of Lambda is refused: %s', (name, value, message) => {
  expect(() => synthesize({ settings: { [name]: value } })).toThrow(`The setting ${name} ${message}`);
});

test('a share of the workers that leaves none to other tenants is refused, and the error says what to do', () => {
  const settings = { MAX_WORKERS_PER_TENANT: '51' };
  const remedy = 'there are workers for at most 50. Set it to 50, or raise the option maxWorkers';
  expect(() => synthesize({ maxWorkers: 50, settings })).toThrow(remedy);
});

describe('queues', () => {
  test('each has dead letters, is encrypted, and hides messages for as long as its handler may run, not longer', () => {
    const queues = Object.fromEntries(stack.ofType('AWS::SQS::Queue'));
    const functions = Object.fromEntries(stack.ofType('AWS::Lambda::Function'));
    const sources = stack.ofType('AWS::Lambda::EventSourceMapping').map(([, source]) => source);
    expect(Object.keys(queues)).toHaveLength(8);
    expect(sources).toHaveLength(8);
    for (const source of sources) {
      const queue = queues[referred(source['EventSourceArn'])];
      const handler = functions[z.object({ Ref: z.string() }).parse(source['FunctionName']).Ref];
      expect(queue?.['SqsManagedSseEnabled']).toBe(true);
      const idleSeconds = Number(queue?.['VisibilityTimeout']) - Number(handler?.['Timeout']);
      expect(idleSeconds).toBeGreaterThan(0);
      expect(idleSeconds).toBeLessThanOrEqual(60);
      if (String(queue?.['QueueName']).endsWith(deadLetterSuffix)) {
        expect(handler?.['FunctionName']).toBe('tokenmeter-test-coordinator');
        expect(queue?.['MessageRetentionPeriod']).toBe(14 * 86_400);
      } else {
        const { deadLetterTargetArn, maxReceiveCount } = z
          .object({ deadLetterTargetArn: z.unknown(), maxReceiveCount: z.number() })
          .parse(queue?.['RedrivePolicy']);
        expect(queues[referred(deadLetterTargetArn)]?.['QueueName']).toBe(`${queue?.['QueueName']}${deadLetterSuffix}`);
        expect(maxReceiveCount).toBeGreaterThanOrEqual(5);
      }
    }
  });

  test('each has a concurrency limit and redelivers only failed records', () => {
    for (const [, source] of stack.ofType('AWS::Lambda::EventSourceMapping')) {
      expect(source['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
      const { MaximumConcurrency: cap } = z.object({ MaximumConcurrency: z.number() }).parse(source['ScalingConfig']);
      expect(cap).toBeGreaterThanOrEqual(2);
      // 500 workers of one tenant, and a quarter more for the others.
      expect(cap).toBeLessThanOrEqual(625);
    }
  });

  test('reject requests without TLS', () => {
    const policies = stack.ofType('AWS::SQS::QueuePolicy');
    expect(policies).toHaveLength(8);
    for (const [, policy] of policies) expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
  });

  test('provisioned pollers keep the limit on workers', () => {
    const provisioned = synthesize({ provisionedPollers: { min: 5, max: 50 }, maxWorkers: 300 });
    const polled = provisioned
      .ofType('AWS::Lambda::EventSourceMapping')
      .filter(([, source]) => source['ProvisionedPollerConfig']);
    expect(polled.map(([, source]) => source)).toMatchObject([
      { ProvisionedPollerConfig: { MinimumPollers: 5, MaximumPollers: 50 }, BatchSize: 1 },
    ]);
    expect(polled[0]?.[1]['ScalingConfig']).toBeUndefined();
    provisioned.template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'tokenmeter-test-worker',
      ReservedConcurrentExecutions: 375,
    });
  });
});

describe('the table', () => {
  test('equals the local table, is billed on demand, encrypted with the key, recoverable, and retained', () => {
    const [[id = '', table] = []] = stack.ofType('AWS::DynamoDB::Table');
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      TimeToLiveSpecification: { AttributeName: tableDefinition.ttlAttribute, Enabled: true },
      DeletionProtectionEnabled: true,
      KeySchema: [
        { AttributeName: tableDefinition.partitionKey, KeyType: 'HASH' },
        { AttributeName: tableDefinition.sortKey, KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: tableDefinition.indexes.map((index) => ({
        IndexName: index.name,
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    });
    expect(stack.resources[id]?.DeletionPolicy).toBe('Retain');
    stack.template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });
});

describe('functions', () => {
  test('run on arm64 and Node.js 24, with tracing and log retention; the worker has a full vCPU', () => {
    const functions = stack.ofType('AWS::Lambda::Function').map(([, properties]) => properties);
    expect(functions.map((properties) => properties['FunctionName']).sort()).toEqual(
      functionNames.map((name) => `tokenmeter-test-${name}`).sort(),
    );
    for (const properties of functions)
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON' },
      });
    // Their chains of invocations are as long as the plan of a run. Others end after 16, as by default.
    const recurring = functions.filter((properties) => properties['RecursiveLoop'] === 'Allow');
    expect(recurring.map((properties) => properties['FunctionName']).sort()).toEqual([
      'tokenmeter-test-coordinator',
      'tokenmeter-test-worker',
    ]);
    const worker = functions.find((properties) => properties['FunctionName'] === 'tokenmeter-test-worker');
    expect(Number(worker?.['MemorySize'])).toBeGreaterThanOrEqual(1_769);
    for (const [id, logs] of stack.ofType('AWS::Logs::LogGroup')) {
      expect(logs['RetentionInDays'], id).toBe(30);
    }
    expect(stack.ofType('AWS::Logs::LogGroup')).toHaveLength(functionNames.length + 1);
  });

  test('have an environment that the configuration accepts', () => {
    for (const [, properties] of stack.ofType('AWS::Lambda::Function')) {
      const environment = readEnvironment(properties);
      const names = Object.keys(environment).filter((name) => name !== 'NODE_OPTIONS');
      expect(names.filter((name) => !environmentNames.includes(name))).toEqual([]);
      const values = Object.fromEntries(
        names.map((name) => [
          name,
          typeof environment[name] === 'string' ? environment[name] : 'https://example.com/x',
        ]),
      );
      const config = loadConfig(values);
      expect(config).toMatchObject({
        egress: { level: 'public', loopbackPorts: null, ownPorts: [] },
        sealing: { kind: 'kms' },
        dynamodbEndpoint: null,
        sqsEndpoint: null,
      });
      expect(config.workerTimeLimitMs).toBe(900_000);
      expect(config.maxWorkersPerRun).toBe(500);
      // All workers of a group must start before the first one stops waiting: 300 per minute.
      expect(paceWorkers(config, 500).readyTimeoutMs).toBeGreaterThanOrEqual((500 / 300) * 60_000);
      expect(paceWorkers(config, 1)).toMatchObject({ readyTimeoutMs: 60_000, resendAfterMs: 60_000 });
    }
  });

  test('api, coordinator, and supervisor have concurrency that workers cannot use up, unless an option disables it', () => {
    const read = ({ ofType }: Synthesized) =>
      Object.fromEntries(
        ofType('AWS::Lambda::Function').flatMap(([, { FunctionName, ReservedConcurrentExecutions: reserved }]) =>
          reserved === undefined ? [] : [[String(FunctionName).replace('tokenmeter-test-', ''), reserved]],
        ),
      );
    expect(read(stack)).toEqual({ api: 100, coordinator: 28, supervisor: 2 });
    expect(read(synthesize({ reserveConcurrency: false }))).toEqual({});
  });

  test('have permissions only for named actions on named resources', () => {
    const roles = stack.ofType('AWS::IAM::Role');
    expect(roles).toHaveLength(functionNames.length);
    expect(stack.ofType('AWS::IAM::Policy')).toEqual([]);
    for (const [id, role] of roles) {
      expect(role['ManagedPolicyArns'], id).toBeUndefined();
      for (const { Policies } of [roleSchema.parse(role)])
        for (const { Sid, Action, Resource } of Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)) {
          expect(
            toArray(Action).filter((action) => String(action).includes('*')),
            id,
          ).toEqual([]);
          // X-Ray has no resource-level permissions. Objects are named by the folder of their key.
          if (Sid?.startsWith('Objects')) expect(JSON.stringify(Resource)).toMatch(/"\/[a-z]+\/\*"/);
          else if (Sid !== 'Traces') expect(JSON.stringify(Resource), `${id} ${Sid}`).not.toContain('*');
        }
    }
  });
});

describe('the API', () => {
  test('throttles requests and logs neither headers nor query', () => {
    const [[, stage] = []] = stack.ofType('AWS::ApiGatewayV2::Stage');
    expect(stage).toMatchObject({ DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 } });
    const limit = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 };
    expect(stage?.['RouteSettings']).toEqual({ 'ANY /': limit, 'ANY /{proxy+}': limit });
    const keys = stack.ofType('AWS::ApiGatewayV2::Route').map(([, route]) => route['RouteKey']);
    expect(keys.toSorted()).toEqual(['ANY /', 'ANY /v1/{proxy+}', 'ANY /{proxy+}']);
    expect(JSON.stringify(stage?.['AccessLogSettings'])).not.toMatch(/header|querystring|authoriz/i);
  });
});

describe('alarms', () => {
  test('each names its heading in the runbook and has an action', () => {
    const headings = [...runbook.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    const alarms = stack.ofType('AWS::CloudWatch::Alarm').map(([, properties]) => properties);
    expect(alarms).toHaveLength(Object.keys(alarmDefinitions).length);
    for (const [name, description] of Object.entries(alarmDefinitions)) {
      expect(headings).toContain(name);
      const alarm = alarms.find((properties) => properties['AlarmName'] === `tokenmeter-test-${name}`);
      expect(alarm?.['AlarmDescription']).toBe(`${description}. Runbook: docs/runbook.md#${name}`);
      expect(toArray(alarm?.['AlarmActions'])).toHaveLength(1);
    }
  });

  test('send email to the address in the options', () => {
    synthesize({ alarmEmail: 'ops@example.com' }).template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
  });
});

describe('no secret', () => {
  test('is in the template or its outputs', () => {
    expect(Object.keys(stack.template.toJSON()['Outputs'])).toEqual(['ApiUrl', 'TableName', 'KeyArn']);
    expect(JSON.stringify(stack.template.toJSON())).not.toMatch(/tm_[a-z0-9]+_|whsec_|SecretString/);
  });
});

describe('cdk-nag', () => {
  test('has only findings that are acknowledged with a reason', () => {
    const report = new AwsSolutionsChecks().validateScope(stack.app);
    expect(report.violations.map(({ ruleName, violatingResources }) => [ruleName, violatingResources])).toEqual([]);
    expect(report.success).toBe(true);
  });

  test('has findings if the acknowledgments are removed', () => {
    const bare = synthesize();
    for (const construct of bare.app.node.findAll())
      for (const entry of construct.node.metadata)
        if (/acknowledg/.test(entry.type)) Object.assign(entry, { type: 'none' });
    expect(new AwsSolutionsChecks().validateScope(bare.app).success).toBe(false);
  });
});
