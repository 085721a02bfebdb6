import { changeEach, changeFields, renameFields } from './rename-fields.ts';

/** Renames the fields of a run spec stored by version 0.1.0. Returns the same object for a later spec. */
export function upgradeRunSpec(stored: unknown): unknown {
  return changeFields(stored, {
    assertions: changeEach((assertion) => renameFields(assertion, { target: 'targetId' })),
    load: (load) => changeFields(load, { search: (search) => renameFields(search, { objectives: 'slos' }) }),
    imported: (imported) =>
      changeFields(imported, { stages: changeEach((stage) => renameFields(stage, { target: 'targetIndex' })) }),
  });
}
