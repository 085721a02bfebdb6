import type { Json } from './rename-report.ts';

/** Returns a renamed report whose timeline has an object for each bin instead of a list for each value. */
export function reshapeReport(report: Json): Json {
  return change(report, ['charts', 'timeline', 'targets'], (targets) =>
    Array.isArray(targets) ? targets.map(gatherBins) : targets,
  );
}

function change(value: Json, [name, ...rest]: readonly string[], reshape: (value: Json) => Json): Json {
  if (name === undefined) return reshape(value);
  if (!isObject(value) || value[name] === undefined) return value;
  return { ...value, [name]: change(value[name], rest, reshape) };
}

function gatherBins(target: Json): Json {
  if (!isObject(target)) return target;
  const { ok, failed, ttftP50Ms, ...rest } = target;
  const [oks = [], failures = [], mediansMs = []] = [ok, failed, ttftP50Ms].map((list) =>
    Array.isArray(list) ? list : [],
  );
  const at = (list: readonly Json[], bin: number) => list[bin] ?? null;
  return {
    ...rest,
    bins: oks.map((count, bin) => ({ ok: count, failed: at(failures, bin), ttftP50Ms: at(mediansMs, bin) })),
  };
}

function isObject(value: Json): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
