import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readReport } from '../../../../shared/report/model/read-report.ts';
import { chartThemes } from '../../../../shared/report/render/charts/chart-theme.ts';
import { renderChart } from '../../../../shared/report/render/charts/render-chart.ts';
import { reportFormats } from '../../../../shared/report/render/registry.ts';
import { rendererVersion } from '../../../../shared/report/render/renderer-version.ts';
import { chartNames, composeChart } from '../../../../shared/report/sections/charts/charts.ts';
import { measuredWords } from '../../../../shared/report/sections/origin-words.ts';
import { readStoredRuns } from '../../../embedded/stored-runs/read-stored-runs.ts';

async function digestRenderings(): Promise<string> {
  const hash = createHash('sha256');
  const { reports } = await readStoredRuns('0.1.0');
  for (const json of [...reports.values()].slice(0, 4)) {
    const report = readReport(json);
    const source = { json, chooseWords: () => measuredWords, loadManifest: async () => '{}' };
    for (const format of Object.values(reportFormats)) {
      if (format.isStored) continue;
      const rendered = await format.render(source);
      hash.update(typeof rendered === 'string' ? rendered : rendered.join(''));
    }
    for (const name of chartNames) {
      const composed = composeChart(report, name, measuredWords);
      if ('chart' in composed)
        hash.update(renderChart(composed.chart, { theme: chartThemes.light, id: name, source: composed.source }));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

test('the renderer version changes with the renderings, because stored renderings are found by it', async () => {
  const remedy = 'Raise the number in renderer-version.ts, and write the new version and digest here';
  expect({ version: rendererVersion, digest: await digestRenderings() }, remedy).toEqual({
    version: '0.1.0-14',
    digest: '81427eab2d97874c',
  });
});
