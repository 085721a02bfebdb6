import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { createTokenmeterStack, type StackSource } from './stack/tokenmeter-stack.ts';
import { createWorkerRegionStack } from './stack/worker-region-stack.ts';

/** The CDK app of one stage. Synthesis fails on what cdk-nag finds, unless it is acknowledged with a reason. */
export function createApp(source: StackSource, outdir: string): App {
  const app = new App({ outdir, analyticsReporting: false, context: featureFlags });
  const home = createTokenmeterStack(app, source);
  for (const region of source.options.workerRegions)
    createWorkerRegionStack(app, source, region).addStackDependency(home);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

const featureFlags = {
  // Else CDK grants a function's role the right to write to any log group of the name.
  '@aws-cdk/aws-lambda:useCdkManagedLogGroup': true,
};
