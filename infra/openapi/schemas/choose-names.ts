/** Where an anonymous schema is: the schemas and fields around it, from the outside, as parts of a name. */
export type Trail = readonly string[];

/** Field names that mean little without the name of the parent. */
const vague = new Set(
  `Code Connection Error Event Example Find Kind Level Links Method Metric Mode Op Other Over Point Reason Requests
  Result Service Side Source Spec Stage Table Term Test Tokens Totals Unit Usage Use Version`.split(/\s+/),
);

/** Names of types in the languages of generated clients, which a schema would hide. */
export const reservedNames: ReadonlySet<string> = new Set(
  'Any Array Boolean Date Error File List Map Number Object Request Response String'.split(' '),
);

/**
 * Chooses the names of anonymous schemas by their text. The name is the field that holds the schema. If another schema
 * of the direction would have the same name, the names of its parents precede.
 * @param directions for each direction, the places of each schema
 */
export function chooseNames(
  directions: readonly ReadonlyMap<string, readonly Trail[]>[],
  taken: ReadonlySet<string>,
): Map<string, string> {
  const contested = new Set([...taken, ...directions.flatMap(findContested)]);
  const chosen = new Map<string, string>();
  for (const direction of directions) {
    for (const [text, trails] of [...direction].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const options = trails
        .flatMap(listNames)
        .filter((option) => !reservedNames.has(option.name))
        .sort((a, b) => a.words - b.words || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
      const name = options.find((option) => option.isOwn || !contested.has(option.name))?.name;
      if (name === undefined) throw new Error(`A schema needs a name of its own: ${trails[0]?.join('.')}`);
      if (!chosen.has(text)) chosen.set(text, name);
    }
  }
  return chosen;
}

/** Lists the names that more than one schema could have. */
function findContested(schemas: ReadonlyMap<string, readonly Trail[]>): string[] {
  const owners = new Map<string, Set<string>>();
  for (const [text, trails] of schemas)
    for (const { name } of trails.flatMap(listNames)) owners.set(name, (owners.get(name) ?? new Set()).add(text));
  return [...owners].filter(([, { size }]) => size > 1).map(([name]) => name);
}

/** Lists the possible names at a place, from the shortest. */
function listNames(trail: Trail): { name: string; words: number; isOwn: boolean }[] {
  const shortest = vague.has(trail.at(-1) ?? '') ? 2 : 1;
  const lengths = Array.from({ length: Math.max(0, trail.length - shortest + 1) }, (_, index) => index + shortest);
  // A branch of a named union has its name for itself.
  return lengths.map((words) => ({ name: trail.slice(-words).join(''), words, isOwn: trail.length === 1 }));
}
