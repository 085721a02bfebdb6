/** The number of the request in the server's log, from the id that the server gave its answer; null where it is no such id. */
export function sequenceOfResponseId(id: string | null | undefined): number | null {
  const digits = /^(?:chat)?cmpl-(\d+)$/.exec(id ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}
