/** A difference between a server and AWS that makes tests fail. `aws` cites the AWS documentation. */
export type KnownDifference = {
  emulator: 'DynamoDB Local' | 'ElasticMQ' | 'moto';
  /** Full names of the tests. */
  tests: readonly string[];
  /** Whether the tests fail only sometimes, so that a pass proves nothing. */
  sometimes: boolean;
  /** Behavior of the server. */
  does: string;
  /** Documented behavior of AWS. */
  aws: string;
};

export const knownDifferences: readonly KnownDifference[] = [
  {
    emulator: 'moto',
    tests: [
      'stores > BatchStore > lets one of many workers claim an attempt',
      'stores > DatasetStore > keeps one complete dataset if several are created at once',
      'stores > DeliveryStore > lets one of many notifiers claim an attempt',
      'stores > IdempotencyStore > returns one of the records to all concurrent claims of a key',
      'stores > RateLimitStore > counts every use of a window once, also concurrent uses',
      'stores > RunStore > creates a run once, also with concurrent calls',
      'stores > RunStore > accepts one of many identical claims',
      'stores > RunStore > adds to the counters without losing concurrent additions',
      'stores > RunStore > never reserves more than the cap, also with concurrent calls',
      'stores > ScheduleStore > updates a schedule only if every expectation holds, and once if many try',
      'stores > StageStore > keeps each member once in the ready set, also with concurrent additions',
      'stores > StageStore > agrees on one start time with concurrent proposals',
      'stores > StageStore > keeps the reason of the first stop',
    ],
    sometimes: true,
    does: 'handles requests on threads without locking items, so that two concurrent updates may both read the previous item.',
    aws: 'each write of an item is atomic, including its condition (Developer Guide, "Working with items": atomic counters, conditional writes).',
  },
  {
    emulator: 'moto',
    tests: ['deployed stack > has a table with time to live'],
    sometimes: false,
    does: 'ignores TimeToLiveSpecification of a table in a template.',
    aws: 'sets it (CloudFormation, AWS::DynamoDB::Table).',
  },
  {
    emulator: 'moto',
    tests: ['deployed stack > has a table with point-in-time recovery'],
    sometimes: false,
    does: 'ignores PointInTimeRecoverySpecification of a table in a template.',
    aws: 'sets it (CloudFormation, AWS::DynamoDB::Table).',
  },
  {
    emulator: 'moto',
    tests: ['deployed stack > has a table that is encrypted with a key of the stack'],
    sometimes: false,
    does: 'ignores SSESpecification of a table in a template.',
    aws: 'encrypts the table with the key, which DescribeTable returns in SSEDescription.',
  },
];
