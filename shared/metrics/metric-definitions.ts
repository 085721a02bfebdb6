import type { RequestMetricName, StageMetricName } from '../metric-names.ts';
import { answerDefinitions, excludedDefinitions } from './definitions/answer-definitions.ts';
import { costDefinitions } from './definitions/cost-definitions.ts';
import type { MetricDefinition } from './definitions/metric-definition.ts';
import { requestDefinitions, stageDefinitions } from './definitions/request-definitions.ts';

export const metricDefinitions = {
  ...requestDefinitions,
  ...stageDefinitions,
  ...answerDefinitions,
  ...excludedDefinitions,
  ...costDefinitions,
} satisfies Record<RequestMetricName | StageMetricName, MetricDefinition>;
