import type { CaseCheck } from './case-check.ts';

/** Checks of the cases about requests, connections, sizes, and input files, by number. */
export const requestChecks: Readonly<Record<string, CaseCheck>> = {};
