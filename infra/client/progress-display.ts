export type ProgressOutput = { isTTY?: boolean | undefined; write(text: string): unknown };

export type ProgressDisplay = { show(lines: readonly string[], nowMs: number): void };

/** Without a terminal, a line now and then is enough for a log. */
const sparseMs = 10_000;

/** Shows lines in place of the last ones on a terminal, and every ten seconds anywhere else. */
export function createProgressDisplay(output: ProgressOutput): ProgressDisplay {
  let shown = 0;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  return {
    show: (lines, nowMs) => {
      const onTerminal = output.isTTY === true;
      if (!onTerminal && nowMs - shownAtMs < sparseMs) return;
      shownAtMs = nowMs;
      // Up to the first of the last lines, and clear from there.
      const back = onTerminal && shown > 0 ? `\u001b[${shown}F\u001b[J` : '';
      output.write(`${back}${lines.join('\n')}\n`);
      shown = lines.length;
    },
  };
}
