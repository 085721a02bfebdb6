import type { Options } from '../options.ts';
import type { FunctionName } from './function-settings.ts';

/** Name, actions, and resources of a statement in the policy of a role. */
export type Right = [sid: string, actions: string[], resources: string[]];

/** Lists the rights of workers to call models with their own role, and to assume roles for targets. */
export function listTargetRights(name: FunctionName, { modelArns, settings }: Options): Right[] {
  if (name !== 'worker') return [];
  const ofService = (service: string) => modelArns.filter((arn) => arn.split(':')[2] === service);
  return [
    ['Models', ['bedrock:InvokeModelWithResponseStream'], ofService('bedrock')],
    ['Endpoints', ['sagemaker:InvokeEndpointWithResponseStream'], ofService('sagemaker')],
    ['Roles', ['sts:AssumeRole'], (settings['ASSUMABLE_ROLES'] ?? '').split(/[\s,]+/).filter((arn) => arn !== '')],
  ];
}
