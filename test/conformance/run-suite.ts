import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase } from 'vitest/node';
import { startVitest } from 'vitest/node';
import type { KnownDifference } from './known-differences.ts';
import type { Place } from './place.ts';

export type SuiteOutcome = {
  passed: number;
  /** Names of tests. */
  failed: string[];
  known: { test: string; difference: KnownDifference }[];
  /** Names of passing tests that are listed as known differences. */
  outdated: string[];
  seconds: number;
};

/** Runs one suite against the servers of a place and reports each test that does not pass. */
export async function runSuite(
  suite: 'objects' | 'stores' | 'queue' | 'service' | 'stack',
  place: Place,
  known: readonly KnownDifference[],
  tell: (line: string) => void,
): Promise<SuiteOutcome> {
  const tests: TestCase[] = [];
  const unhandled: string[] = [];
  const reporter: Reporter = {
    onTestCaseResult: (test) => {
      tests.push(test);
      if (tests.length % 20 === 0) tell(`${tests.length} tests`);
    },
    onTestRunEnd: (modules, errors) => {
      for (const error of [...errors, ...modules.flatMap((module) => module.errors())]) unhandled.push(error.message);
    },
  };
  const config = join(import.meta.dirname, 'vitest.config.ts');
  const startedAtMs = performance.now();
  const vitest = await startVitest('test', [`test/conformance/${suite}.conformance.ts`], {
    config,
    watch: false,
    reporters: [reporter],
    provide: { place },
  });
  await vitest.close();
  const outcome: SuiteOutcome = {
    passed: 0,
    failed: [...unhandled],
    known: [],
    outdated: [],
    seconds: (performance.now() - startedAtMs) / 1_000,
  };
  for (const test of tests) judge(test, known, outcome, tell);
  if (tests.length === 0) outcome.failed.push('no test ran');
  for (const message of unhandled) tell(`FAILED ${message}`);
  return outcome;
}

function judge(test: TestCase, known: readonly KnownDifference[], outcome: SuiteOutcome, tell: (line: string) => void) {
  const { fullName } = test;
  const { state, errors } = test.result();
  const difference = known.find(({ tests }) => tests.includes(fullName));
  if (state === 'passed') {
    outcome.passed += 1;
    if (difference?.sometimes === false) outcome.outdated.push(fullName);
  } else if (difference !== undefined) outcome.known.push({ test: fullName, difference });
  else {
    outcome.failed.push(fullName);
    tell(`FAILED ${fullName}`);
    for (const { message, diff } of errors ?? []) tell(`  ${stripVTControlCharacters(diff ?? message)}`);
  }
}
