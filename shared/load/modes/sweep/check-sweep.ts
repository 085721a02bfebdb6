import type { Fault } from '../../../errors/app-error.ts';
import type { RunSpecInput } from '../../../spec/run-spec.ts';
import type { LoadOf } from '../../parts/load-fields.ts';

/** What a sweep must not say together. */
export function checkSweep(load: LoadOf<'sweep'>, order: RunSpecInput['order']): Fault[] {
  return [...checkEither(load), ...checkWhole(load), ...checkBounds(load), ...checkOrder(load, order)];
}

function checkEither({ values, search }: LoadOf<'sweep'>): Fault[] {
  if ((values === undefined) !== (search === undefined)) return [];
  return [
    {
      pointer: '/load',
      fault: values === undefined ? 'has neither values nor search' : 'has both values and search',
      remedy: 'Give exactly one: {"values": [1, 2, 4, 8]} or {"search": {"find": "knee", "max": 64}}',
    },
  ];
}

function checkWhole({ over, values = [], search }: LoadOf<'sweep'>): Fault[] {
  if (over === 'rate') return [];
  const given: [string, number][] = values.map((value, index) => [`/load/values/${index}`, value]);
  if (search !== undefined) given.push(['/load/search/min', search.min], ['/load/search/max', search.max]);
  return given.flatMap(([pointer, value]) => {
    if (Number.isInteger(value)) return [];
    const remedy = `Give a whole number, such as ${Math.max(1, Math.round(value))}, or set over to rate`;
    return [{ pointer, fault: `is ${value}, and streams are whole`, remedy }];
  });
}

function checkBounds({ search }: LoadOf<'sweep'>): Fault[] {
  if (search === undefined || search.min <= search.max) return [];
  return [
    {
      pointer: '/load/search/min',
      fault: `is above max, ${search.max}`,
      remedy: `Give a min of at most ${search.max}, or a larger max`,
    },
  ];
}

/** Targets turn at different loads: side by side they would not be under the same load. */
function checkOrder({ search }: LoadOf<'sweep'>, order: RunSpecInput['order']): Fault[] {
  if (search === undefined || order === 'sequential') return [];
  return [
    {
      pointer: '/order',
      fault: 'is interleaved, and a search takes each target to loads of its own',
      remedy: 'Set order to sequential, or give the levels as values in place of a search',
    },
  ];
}
