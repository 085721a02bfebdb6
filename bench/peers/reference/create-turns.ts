/**
 * Does one piece of work a turn of the event loop. In between, what has arrived is read: the receipts of a burst are all
 * stamped before the work on them is done, and what arrives during that work waits for one piece of it at most.
 */
export function createTurns(): (work: () => void) => void {
  const waiting: (() => void)[] = [];
  const next = () => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(next);
  };
  return (work) => {
    if (waiting.push(work) === 1) setImmediate(next);
  };
}
