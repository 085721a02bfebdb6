/** The functions of the deployment; each is a folder of `functions/`, and a bundle. */
export const functionNames = ['api', 'coordinator', 'worker', 'finalizer', 'notifier', 'supervisor'] as const;

export type FunctionName = (typeof functionNames)[number];
