/** A value of one period. Null if the metric has no data in it. */
export type Value = number | null;
type Operand = Value | Operand[];

/**
 * Evaluates a CloudWatch metric math expression for one period. Operators on a missing value give no value; functions of a
 * list ignore missing values. Supports only what the alarms use.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function evaluateExpression(expression: string, read: (id: string) => Value): Value {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|==|[()[\],]/g) ?? [];
  if (tokens.join('') !== expression.replaceAll(/\s/g, '')) throw new Error(`Unsupported expression: ${expression}`);
  let position = 0;
  const take = (wanted?: string): string => {
    const token = tokens[position] ?? '';
    if (wanted !== undefined && token !== wanted) throw new Error(`Expected ${wanted}, not ${token}: ${expression}`);
    position += 1;
    return token;
  };
  const readList = (end: string): Operand[] => {
    const items: Operand[] = [];
    while (tokens[position] !== end) {
      items.push(readComparison());
      if (tokens[position] === ',') take();
    }
    take(end);
    return items;
  };
  const readOperand = (): Operand => {
    const token = take();
    if (token === '[') return readList(']');
    if (/^\d/.test(token)) return Number(token);
    if (tokens[position] !== '(') return read(token);
    take('(');
    return callFunction(token, readList(')'));
  };
  const readComparison = (): Operand => {
    const left = readOperand();
    if (tokens[position] !== '==') return left;
    take();
    const right = readOperand();
    return left === null || right === null ? null : Number(left === right);
  };
  const result = readComparison();
  if (position !== tokens.length || Array.isArray(result)) throw new Error(`Unsupported expression: ${expression}`);
  return result;
}

function callFunction(name: string, args: Operand[]): Operand {
  const [first = null, second = null, third = null] = args;
  if (name === 'FILL') return first ?? second;
  if (name === 'IF') {
    if (first === null) return null;
    return first === 0 ? third : second;
  }
  const values = (Array.isArray(first) ? first : []).filter((value) => typeof value === 'number');
  if (!Array.isArray(first)) throw new Error(`${name} needs a list`);
  if (values.length === 0) return null;
  if (name === 'SUM') return values.reduce((sum, value) => sum + value, 0);
  if (name === 'MAX') return Math.max(...values);
  throw new Error(`Unsupported function: ${name}`);
}
