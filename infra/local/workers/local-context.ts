import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/** The context that Lambda would hand to a function; the time that remains is counted to the deadline. */
export function createLocalContext(functionName: string, deadlineAtMs: number): Context {
  const retired = () => {
    throw new Error('Callbacks are not supported: return a promise');
  };
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '1769',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: String(process.pid),
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadlineAtMs - Date.now()),
    done: retired,
    fail: retired,
    succeed: retired,
  };
}
