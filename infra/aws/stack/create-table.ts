import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { tableDefinition } from '../../../shared/adapters/dynamodb/table.ts';
import type { Options } from '../options.ts';

/** The one table, by the same definition as on one machine; paid by use. */
export function createTable(stack: Stack, name: string, key: Key, options: Options): Table {
  const kept = options.removal === 'retain';
  const table = new Table(stack, 'Table', {
    tableName: name,
    partitionKey: text(tableDefinition.partitionKey),
    sortKey: text(tableDefinition.sortKey),
    timeToLiveAttribute: tableDefinition.ttlAttribute,
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: key,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: options.pointInTimeRecovery },
    deletionProtection: kept,
    removalPolicy: kept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  for (const { name: indexName, partitionKey, sortKey } of tableDefinition.indexes)
    table.addGlobalSecondaryIndex({
      indexName,
      partitionKey: text(partitionKey),
      sortKey: text(sortKey),
      projectionType: ProjectionType.KEYS_ONLY,
    });
  return table;
}

function text(name: string): Attribute {
  return { name, type: AttributeType.STRING };
}
