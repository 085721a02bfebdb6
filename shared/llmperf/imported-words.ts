import type { Report } from '../report/model/report.ts';
import { measuredWords, type OriginWords, statisticsMethod } from '../report/sections/origin-words.ts';

const importedWords: OriginWords = {
  hashed: 'Files',
  describeKind: (day, version) => `LLMPerf results · imported ${day} by Tokenmeter ${version}`,
  method: `Times and counts are those that LLMPerf recorded. Statistics are computed from its records. If only a summary was imported, they are copied from it. ${statisticsMethod}`,
  unknownStart: 'not recorded',
  noTimeline: 'LLMPerf does not record when requests ran',
  noIntervals: 'the imported files do not contain them',
  explainNoRerun: (filesSha256) => [
    'LLMPerf measured these numbers. They were imported from its files with the SHA-256 ',
    { code: filesSha256 },
    '. The files do not contain the requests, so the run cannot be repeated.',
  ],
};

/** Chooses a report's texts by its origin: an LLMPerf import, or a run that this service measured. */
export function chooseOriginWords({ run }: Pick<Report, 'run'>): OriginWords {
  return run.source === 'imported' ? importedWords : measuredWords;
}
