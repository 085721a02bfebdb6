import type { Options } from '../../options.ts';

/** Returns the region in the ARN of an SNS topic. An alarm can notify only topics in its own region. */
export function readTopicRegion(arn: string): string {
  return arn.split(':')[3] ?? '';
}

/** Finds the regions of a deployment whose alarms notify nobody. */
export function findSilentRegions({ region, workerRegions, alarmEmail, alarmTopicArns }: Options): string[] {
  if (alarmEmail !== null) return [];
  const heard = new Set(alarmTopicArns.map(readTopicRegion));
  return [region, ...workerRegions].filter((each) => !heard.has(each));
}

/** Returns the warning for a deployment that keeps its data, but whose alarms notify nobody. Otherwise, returns null. */
export function describeSilentAlarms(stage: string, options: Options): string | null {
  const silent = findSilentRegions(options);
  if (options.removal === 'destroy' || silent.length === 0) return null;
  return `The alarms of the deployment stage ${stage} notify nobody in ${silent.join(', ')}. Set alarmEmail or alarmTopicArns for this stage in infra/aws/options.ts, and deploy again`;
}
