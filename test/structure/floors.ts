/**
 * The floors of the house, from the ground up. An entry may import only entries of lower floors, so two entries of one
 * floor do not import each other. `*` stands for every folder that is not named. Files that are not named follow one
 * rule only: no circles.
 */
export const floors: Readonly<Record<string, readonly (readonly string[])[]>> = {
  '': [['shared'], ['functions'], ['infra'], ['test'], ['bench']],
  shared: [
    ['errors', 'ids', 'metric-names', 'number-schema', 'version', 'config', 'stats'],
    ['egress', 'sample'],
    ['workload'],
    ['protocols', 'load'],
    ['spec'],
    ['plan', 'records', 'metrics', 'measure'],
    ['cost', 'ports'],
    ['report', 'adapters'],
    ['llmperf', 'runs'],
  ],
  'shared/workload': [['tokenizers', 'distributions'], ['corpora'], ['datasets'], ['parts'], ['kinds']],
  // A kind never imports another: what several share is in `shared/workload/parts`.
  'shared/workload/kinds': [['*']],
  'shared/load': [['parts'], ['modes']],
  // A sweep and a trace yield stages of the modes on the lower floor.
  'shared/load/modes': [['concurrency', 'rate'], ['*']],
  'shared/protocols': [['framing'], ['parts'], ['openai-chat', 'tgi', 'gemini'], ['*']],
  'shared/measure': [['load'], ['thread']],
  'shared/report': [['model'], ['words'], ['build'], ['sections'], ['render'], ['reproduction']],
  // A function never imports another: what two of them share is in `shared/runs` or in a file of `functions` itself.
  functions: [['*']],
  'functions/api': [['http'], ['runs'], ['*']],
  // The service on this machine and the simulated provider know nothing of each other; commands run both.
  infra: [['*'], ['local', 'provider'], ['demo', 'measure', 'reproduce', 'serve']],
};
