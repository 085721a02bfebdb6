export type Footnotes = {
  /** How a missing value is shown: a dash with the number of its reason. */
  missing(reason: string | null): string;
  /** The reasons, numbered. */
  lines(): string[];
};

/** Collects why values are missing, each reason once. */
export function createFootnotes(): Footnotes {
  const reasons: string[] = [];
  return {
    missing(reason) {
      if (reason === null) return '-';
      if (!reasons.includes(reason)) reasons.push(reason);
      return `-[${reasons.indexOf(reason) + 1}]`;
    },
    lines: () => reasons.map((reason, i) => `[${i + 1}] ${reason}`),
  };
}
