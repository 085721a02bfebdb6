import type { ChartTheme } from './chart-theme.ts';

export const fontSize = 13;

type AxisOptions = {
  name: string;
  /** From a smallest to a largest value that are far apart. */
  logarithmic?: boolean;
  /** Starts where the data do, not at zero. */
  scale?: boolean;
  min?: number;
  max?: number;
  splitNumber?: number;
  /** Where its ticks are; left out: at round values. */
  ticks?: readonly number[];
};

/** A numeric axis below the plot. */
export function makeHorizontalAxis(theme: ChartTheme, options: AxisOptions) {
  return { ...makeValueAxis(theme, options), nameLocation: 'middle', nameGap: 30 };
}

/** A numeric axis left of the plot, its name above it. */
export function makeVerticalAxis(theme: ChartTheme, options: AxisOptions) {
  const axis = makeValueAxis(theme, options);
  return {
    ...axis,
    nameLocation: 'end',
    nameGap: 10,
    nameTextStyle: { ...axis.nameTextStyle, align: 'left', padding: [0, 0, 0, 6 - axisLabelRoom] },
  };
}

/** Room for labels left of a vertical axis. */
export const axisLabelRoom = 52;

function makeValueAxis(theme: ChartTheme, { name, logarithmic = false, scale = false, ticks, ...rest }: AxisOptions) {
  const style = makeAxisStyle(theme);
  const at = ticks === undefined ? {} : { customValues: [...ticks] };
  return {
    ...style,
    axisTick: { ...style.axisTick, ...at },
    axisLabel: { ...style.axisLabel, ...at, hideOverlap: true },
    type: logarithmic ? 'log' : 'value',
    ...(logarithmic ? { logBase: 2 } : { scale }),
    name,
    ...rest,
  };
}

/** An axis of names from top to bottom. */
export function makeRowAxis(theme: ChartTheme, names: readonly string[]) {
  const style = makeAxisStyle(theme);
  return {
    ...style,
    type: 'category',
    data: [...names],
    inverse: true,
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: { ...style.axisLabel, color: theme.ink, interval: 0 },
  };
}

function makeAxisStyle(theme: ChartTheme) {
  const line = { show: true, lineStyle: { color: theme.line } };
  return {
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.soft } },
    axisTick: { show: true, lineStyle: { color: theme.soft } },
    splitLine: line,
    axisLabel: { color: theme.soft, fontSize },
    nameTextStyle: { color: theme.soft, fontSize },
  };
}

/** Mean width of a character of a label, as a share of its size: the library, too, can only guess without a font. */
const characterShare = 0.56;

export function measureTextPx(text: string): number {
  return [...text].length * fontSize * characterShare;
}

/** Room in px that the longest of the names takes left of a plot. */
export function measureLabelRoom(names: readonly string[]): number {
  return Math.ceil(Math.max(0, ...names.map(measureTextPx))) + 14;
}
