import type { RequestMetricName } from '../../../metric-names.ts';
import type { Figure } from '../../../metrics/figure.ts';
import type { Interval } from '../../../stats/interval.ts';
import type { Compared } from '../../model/compared.ts';
import type { Report, StageReport } from '../../model/report.ts';
import { formatNumber, formatPercent, formatShort } from '../../words/format-number.ts';
import { metricTitle } from '../../words/metric-titles.ts';

export type HeadlineValue = { value: number | null; interval: Interval | null; reason: string | null };

/** A number that a reader looks for first. */
export type HeadlineMetric = {
  title: string;
  unit: string;
  pick(stage: StageReport): HeadlineValue;
  format(value: number): string;
  /** Whether a figure of a comparison is about what is picked of the stage; null where none is. */
  isCompared: ((figure: Compared, stage: StageReport) => boolean) | null;
};

/** The first numbers of a report, six at most: cost where a target has prices, else the error rate. */
export function headlineMetrics({ stages }: Report): HeadlineMetric[] {
  const isPriced = stages.some(({ cost }) => cost.costPerThousandRequestsUsd.value !== null);
  return [
    ofRequests('ttftMs', 'median, ms'),
    ofRequests('itlMs', 'median, ms per token'),
    ofRequests('e2eLatencyMs', 'median, ms'),
    ofWindow('completedRequestsPerMinute', 'requests per minute'),
    ofWindow('outputTokensPerSecondTotal', 'tokens per second'),
    isPriced ? cost : errorRate,
  ];
}

function ofRequests(metric: RequestMetricName, unit: string): HeadlineMetric {
  return {
    title: metricTitle(metric),
    unit,
    pick: ({ requests }) => {
      const { p50, reason, intervals } = requests[metric];
      return { value: p50, interval: intervals?.p50.interval ?? null, reason };
    },
    format: formatShort,
    isCompared: (figure) => figure.metric === metric && figure.statistic === 'p50',
  };
}

/** In the steady window; in the full one where a stage has no steady one. */
function ofWindow(metric: 'completedRequestsPerMinute' | 'outputTokensPerSecondTotal', unit: string): HeadlineMetric {
  return {
    title: metric === 'completedRequestsPerMinute' ? 'Completed requests' : 'Output of all streams',
    unit,
    pick: ({ windows: { steady, full } }) =>
      withoutInterval(steady[metric].value === null ? full[metric] : steady[metric]),
    format: formatShort,
    isCompared: (figure, { windows }) =>
      figure.metric === metric && figure.window === (windows.steady[metric].value === null ? 'full' : 'steady'),
  };
}

const cost: HeadlineMetric = {
  title: 'Cost',
  unit: 'USD per 1,000 requests',
  pick: ({ cost }) => {
    const { value, interval, reason } = cost.costPerThousandRequestsUsd;
    return { value, interval, reason };
  },
  format: (value) => formatNumber(value, 3),
  isCompared: ({ metric }) => metric === 'costPerThousandRequestsUsd',
};

const errorRate: HeadlineMetric = {
  title: 'Errors',
  unit: 'share of the requests issued',
  pick: ({ errorRate: { value, interval, reason } }) => ({ value, interval, reason }),
  format: formatPercent,
  isCompared: null,
};

function withoutInterval({ value, reason }: Figure): HeadlineValue {
  return { value, interval: null, reason };
}
