import { changeEach, changeFields, renameFields, renameWord, type StoredObject } from '../../spec/rename-fields.ts';
import { upgradeRunSpec } from '../../spec/upgrade-run-spec.ts';

/** Attributes that version 0.1.0 stored under another name: present name → earlier name. */
export const earlierAttributes: Readonly<Record<string, string>> = {
  groupIndex: 'group',
  stageIndex: 'stage',
  batchIndex: 'batch',
};

/** Words of stored values that version 0.1.0 spelled otherwise. */
export const earlierWords: Readonly<Record<string, string>> = { cancelled: 'canceled', sure: 'precision_reached' };

const presentAttributes = Object.fromEntries(Object.entries(earlierAttributes).map(([now, before]) => [before, now]));
const upgradeWord = (word: unknown) => renameWord(word, earlierWords);

/** Returns an item stored by version 0.1.0 under the names of today; a later item comes back as it is. */
export function upgradeItem(item: StoredObject): StoredObject {
  const renamed = changeFields(renameFields(item, presentAttributes), {
    spec: upgradeRunSpec,
    levels: changeEach((level) => renameFields(level, { target: 'targetIndex' })),
    stop: (stop) => changeFields(stop, { reason: upgradeWord }),
    progress: (progress) => renameFields(progress, { cancelled: 'canceled' }),
    notSentReason: upgradeWord,
  });
  return renamed as StoredObject; // an item stays an object
}
