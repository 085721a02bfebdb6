import type { RequestMetricName, StageMetricName } from '../metric-names.ts';
import { answerDefinitions } from './definitions/answer-definitions.ts';
import { apartDefinitions } from './definitions/apart-definitions.ts';
import { costDefinitions } from './definitions/cost-definitions.ts';
import type { MetricDefinition } from './definitions/metric-definition.ts';
import { requestDefinitions } from './definitions/request-definitions.ts';
import { stageDefinitions } from './definitions/stage-definitions.ts';

/** The definition of every metric that a report holds: the one place that names units and formulas. */
export const metricDefinitions = {
  ...requestDefinitions,
  ...stageDefinitions,
  ...answerDefinitions,
  ...apartDefinitions,
  ...costDefinitions,
} as const satisfies Record<RequestMetricName | StageMetricName, MetricDefinition>;
