import type { Report } from '../model/report.ts';
import type { Section } from './document.ts';
import type { Labels } from './labels.ts';
import { makeCountCell, makeList, makePlainCell, makeTable } from './make-blocks.ts';

const head = ['', 'error p50 ms', 'p99 ms', 'n', 'slip p99', 'loop p99', 'GC max', 'CPU %', 'CPU wait %'];

/** The error bar of each stage that was measured, and what else may have disturbed it: the worst of its batches. */
export function writeInstrument({ stages }: Report, labels: Labels): Section {
  const show = (value: number | null, decimals: number) =>
    makePlainCell({ value, reason: 'not known of this run' }, decimals);
  const percent = (share: number | null) => show(share === null ? null : 100 * share, 0);
  const rows = stages
    .filter(({ instrument }) => instrument.attempts > 0)
    .map((stage) => {
      const { instrument } = stage;
      return [
        labels.stage(stage),
        show(instrument.errorP50Ms, 2),
        show(instrument.errorP99Ms, 2),
        makeCountCell(instrument.errorReads),
        show(instrument.slipP99Ms, 1),
        show(instrument.eventLoopDelayP99Ms, 1),
        show(instrument.gcMaxMs, 1),
        percent(instrument.cpuUse),
        percent(instrument.cpuWaitShare),
      ];
    });
  const caption = 'Error bar of the instrument, and what may have disturbed it';
  return {
    id: 'instrument',
    title: 'How far the instrument can be believed',
    blocks: rows.length === 0 ? [] : [...makeTable(caption, head, rows, 1), ...makeList(describeRuntimes(stages))],
  };
}

/** "Tokenmeter 0.1.0 on Node 24.21.0, linux arm64, in us-east-1": each runtime that measured a part of the run, once. */
export function describeRuntimes(stages: Report['stages']): string[] {
  const lines = stages
    .flatMap(({ instrument }) => instrument.runtimes)
    .map(({ tokenmeterVersion, nodeVersion, platform, region }) => {
      const place = region === null ? '' : `, in ${region}`;
      return `Tokenmeter ${tokenmeterVersion} on Node ${nodeVersion}, ${platform}${place}`;
    });
  return [...new Set(lines)];
}
