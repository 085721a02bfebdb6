/**
 * Moves the content of a field that older clients use to the field that now has it: the text of a file, and a table of
 * LLMPerf v1. The OpenAPI document contains only the new fields.
 */
export function moveFormerTexts(result: unknown): unknown {
  if (!isObject(result) || 'texts' in result || 'columns' in result) return result;
  const moved = Object.entries(result).map(([name, content]): [string, unknown] => [findField(name, content), content]);
  const texts = moved.filter(([name]) => name === 'texts').map(([, content]) => content);
  return { ...Object.fromEntries(moved), ...(texts.length === 0 ? {} : { texts }) };
}

function findField(name: string, content: unknown): string {
  if (name !== 'summary' && name !== 'individualResponses') return name;
  if (typeof content === 'string') return 'texts';
  return name === 'individualResponses' && isObject(content) ? 'columns' : name;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
