/**
 * Floors of each folder, from the lowest. An entry may import only entries of lower floors, so entries of one floor do not
 * import each other. `*` matches all folders that are not named. Files that are not named must only avoid cycles.
 */
export const floors: Readonly<Record<string, readonly (readonly string[])[]>> = {
  '': [['shared'], ['functions'], ['infra'], ['test'], ['bench']],
  shared: [
    [
      'errors',
      'compute-once',
      'metric-names',
      'number-schema',
      'version',
      'quotas',
      'response-limit',
      'stats',
      'secrets',
    ],
    ['config'],
    ['ids', 'egress', 'sample'],
    ['workload', 'archive'],
    ['protocols', 'load'],
    ['spec'],
    ['plan', 'records', 'metrics', 'measure'],
    ['cost', 'tenant-stores', 'object-store'],
    ['ports'],
    ['report', 'adapters'],
    ['llmperf', 'runs'],
  ],
  'shared/workload': [['tokenizers', 'distributions'], ['corpora'], ['datasets'], ['parts'], ['kinds']],
  // A kind never imports another kind. Shared code is in `shared/workload/parts`.
  'shared/workload/kinds': [['*']],
  'shared/load': [['parts'], ['modes']],
  // A sweep and a trace yield stages of the modes on the lower floor.
  'shared/load/modes': [['concurrency', 'rate'], ['*']],
  'shared/protocols': [['framing'], ['parts'], ['openai-chat', 'tgi', 'gemini'], ['*']],
  'shared/measure': [['load'], ['thread']],
  'shared/report': [['model'], ['words'], ['build'], ['sections'], ['render']],
  // A function never imports another function. Shared code is in `shared/runs` or directly in `functions`.
  functions: [['*']],
  'functions/api': [['http'], ['runs'], ['*']],
  // The local service and the simulated provider are independent. Commands run both.
  infra: [['openapi'], ['*'], ['local', 'provider'], ['demo', 'measure', 'reproduce', 'serve']],
};
