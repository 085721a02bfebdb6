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

const toText = (name: string): Attribute => ({ name, type: AttributeType.STRING });

/** Creates the table, by the same definition as on one machine, with on-demand billing. */
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
