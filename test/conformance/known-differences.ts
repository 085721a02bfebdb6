/** Where a server is not as AWS is, and a test fails for that. Each was read up: what AWS documents is in `aws`. */
export type KnownDifference = {
  emulator: 'DynamoDB Local' | 'ElasticMQ' | 'moto';
  /** The full names of the tests. */
  tests: readonly string[];
  /** A matter of chance: that a test passes proves nothing. */
  sometimes: boolean;
  /** What the server does. */
  does: string;
  /** What AWS documents. */
  aws: string;
};

export const knownDifferences: readonly KnownDifference[] = [
  {
    emulator: 'moto',
    tests: [
      'stores > BatchStore > lets one of many workers claim an attempt',
      'stores > DatasetStore > has one whole dataset where several are created at once',
      'stores > DeliveryStore > lets one of many notifiers claim an attempt',
      'stores > IdempotencyStore > gives all who claim a key at once the record of one of them',
      'stores > RateLimitStore > counts every use of a window once, those at the same time too',
      'stores > RunStore > creates a run once, however many ask at the same time',
      'stores > RunStore > lets one of many identical claims through',
      'stores > RunStore > adds to the counters without losing any of many concurrent additions',
      'stores > RunStore > never reserves past the cap, however many reserve at once',
      'stores > ScheduleStore > changes one only where it is as expected, and once where many try',
      'stores > StageStore > has each member in the ready set once, and loses none of many who come at the same time',
      'stores > StageStore > agrees on one start instant, whoever proposes',
      'stores > StageStore > is stopped once, for the first reason, whoever else would stop it',
    ],
    sometimes: true,
    does: 'handles requests on threads that take no lock of an item, so that two updates at one time may both see what was there before.',
    aws: 'each write of an item is atomic, a condition is judged and the change made in one step (Developer Guide, "Working with items": atomic counters, conditional writes).',
  },
  {
    emulator: 'moto',
    tests: ['the deployed stack > has a table whose items expire'],
    sometimes: false,
    does: 'passes over TimeToLiveSpecification of a table in a template.',
    aws: 'sets it (CloudFormation, AWS::DynamoDB::Table).',
  },
  {
    emulator: 'moto',
    tests: ['the deployed stack > has a table that can be put back to a point in time'],
    sometimes: false,
    does: 'passes over PointInTimeRecoverySpecification of a table in a template.',
    aws: 'sets it (CloudFormation, AWS::DynamoDB::Table).',
  },
  {
    emulator: 'moto',
    tests: ['the deployed stack > has a table that is encrypted with a key of the stack'],
    sometimes: false,
    does: 'passes over SSESpecification of a table in a template.',
    aws: 'encrypts the table with the key, and DescribeTable tells of it in SSEDescription.',
  },
];
