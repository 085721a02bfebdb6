import type { Target } from './run-spec.ts';

type Body = Target['body'];
type Place = { path: readonly string[]; least: number };

/** Where a protocol takes the temperature, and the least it takes: TGI refuses 0, and LLMPerf v1 sent these instead. */
function placeOf({ protocol, payload }: Pick<Target, 'protocol' | 'payload'>): Place {
  switch (protocol) {
    case 'tgi':
      return { path: ['parameters', 'temperature'], least: 0.1 };
    case 'sagemaker':
      return { path: payload === 'tgi' ? ['parameters', 'temperature'] : ['temperature'], least: 0.01 };
    case 'bedrock-converse':
      return { path: ['inferenceConfig', 'temperature'], least: 0 };
    case 'gemini':
    case 'vertex':
      return { path: ['generationConfig', 'temperature'], least: 0 };
    default:
      return { path: ['temperature'], least: 0 };
  }
}

/** The target with the workload's temperature in its body, unless it says one itself. */
export function withTemperature(target: Target, temperature: number | undefined): Target {
  if (temperature === undefined) return target;
  const { path, least } = placeOf(target);
  const value = Math.max(least, temperature);
  const [outer = '', inner] = path;
  if (inner === undefined) return { ...target, body: { [outer]: value, ...target.body } };
  return { ...target, body: { ...target.body, [outer]: { [inner]: value, ...objectAt(target.body, outer) } } };
}

function objectAt(body: Body, field: string): Body {
  const value = body[field];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
