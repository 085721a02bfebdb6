import type { Fault } from '../../../errors/app-error.ts';

/** One entry of an uploaded file before a form interprets it, or its faults. `place` is its line or row: `line:3`. */
export type Row = { place: string } & ({ value: unknown } | { faults: Fault[] });

/** Parses a JSON text. Returns the value, or faults with pointers relative to the text. */
export type ParseJson = (text: string) => { value: unknown } | { faults: Fault[] };
