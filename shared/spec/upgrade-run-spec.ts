import { changeEach, changeFields, renameFields } from './rename-fields.ts';

/** Renames the fields of a run spec that version 0.1.0 stored. Returns the same object if nothing changes. */
export function upgradeRunSpec(stored: unknown): unknown {
  return changeFields(stored, {
    assertions: changeEach((assertion) => renameFields(assertion, { target: 'targetId' })),
    load: (load) => changeFields(load, { search: (search) => renameFields(search, { objectives: 'slos' }) }),
    imported: (imported) =>
      changeFields(imported, { stages: changeEach((stage) => renameFields(stage, { target: 'targetIndex' })) }),
  });
}
