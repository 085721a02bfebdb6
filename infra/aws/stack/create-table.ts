import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { AccountPrincipal, AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { tableDefinition } from '../../../shared/adapters/dynamodb/table.ts';
import type { Options } from '../options.ts';

/**
 * Creates the KMS key that encrypts the stack's secrets, table, bucket, and alarm topic. A role that may use the table
 * or the bucket may use the key through DynamoDB or S3, but not directly. Decrypting a secret requires a separate permission.
 */
export function createKey(stack: Stack, name: string, { removal }: Options): Key {
  const key = new Key(stack, 'Key', {
    alias: `alias/${name}`,
    description: `Secrets, table, objects, and alarms of ${name}`,
    enableKeyRotation: true,
    removalPolicy: removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  const viaDynamodb = `dynamodb.${stack.region}.amazonaws.com`;
  const viaS3 = `s3.${stack.region}.amazonaws.com`;
  const statements = [
    {
      sid: 'ThroughDynamodb',
      principals: [new AnyPrincipal()],
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      conditions: { StringEquals: { 'kms:CallerAccount': stack.account, 'kms:ViaService': viaDynamodb } },
    },
    {
      sid: 'ThroughS3',
      principals: [new AnyPrincipal()],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      conditions: { StringEquals: { 'kms:CallerAccount': stack.account, 'kms:ViaService': viaS3 } },
    },
    {
      sid: 'GrantsOfDynamodb',
      principals: [new AccountPrincipal(stack.account)],
      actions: ['kms:CreateGrant'],
      conditions: {
        StringEquals: { 'kms:ViaService': viaDynamodb },
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
      },
    },
    {
      sid: 'AlarmsToTheTopic',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    },
  ];
  for (const statement of statements) key.addToResourcePolicy(new PolicyStatement({ ...statement, resources: ['*'] }));
  return key;
}

const toText = (name: string): Attribute => ({ name, type: AttributeType.STRING });

/** Creates the table with on-demand billing. The local service uses the same table definition. */
export function createTable(stack: Stack, name: string, key: Key, options: Options): Table {
  const isRetained = options.removal === 'retain';
  const table = new Table(stack, 'Table', {
    tableName: name,
    partitionKey: toText(tableDefinition.partitionKey),
    sortKey: toText(tableDefinition.sortKey),
    timeToLiveAttribute: tableDefinition.ttlAttribute,
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: key,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: options.pointInTimeRecovery },
    deletionProtection: isRetained,
    removalPolicy: isRetained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  for (const { name: indexName, partitionKey, sortKey } of tableDefinition.indexes)
    table.addGlobalSecondaryIndex({
      indexName,
      partitionKey: toText(partitionKey),
      sortKey: toText(sortKey),
      projectionType: ProjectionType.KEYS_ONLY,
    });
  return table;
}
