import { changeEach, changeFields, renameFields } from './rename-fields.ts';

/** Returns a run spec stored by version 0.1.0 under the names of today; a later spec comes back as it is, the same object. */
export function upgradeRunSpec(stored: unknown): unknown {
  return changeFields(stored, {
    assertions: changeEach((assertion) => renameFields(assertion, { target: 'targetId' })),
    load: (load) => changeFields(load, { search: (search) => renameFields(search, { objectives: 'slos' }) }),
    imported: (imported) =>
      changeFields(imported, { stages: changeEach((stage) => renameFields(stage, { target: 'targetIndex' })) }),
  });
}
