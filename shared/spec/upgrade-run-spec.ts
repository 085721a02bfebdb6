import { changeEach, changeFields, renameFields } from './rename-fields.ts';

/** Renames the fields of a run spec that version 0.1.0 stored. Returns the same object if nothing changes. */
export const upgradeRunSpec = changeFields({
  assertions: changeEach(renameFields({ target: 'targetId' })),
  load: changeFields({ search: renameFields({ objectives: 'slos' }) }),
  imported: changeFields({ stages: changeEach(renameFields({ target: 'targetIndex' })) }),
});
