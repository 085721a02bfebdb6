export type ChartTheme = {
  paper: string;
  ink: string;
  soft: string;
  line: string;
  /** Color for failed requests only. */
  bad: string;
  /** Colors of the targets, in the order of the spec. Color-blind readers can tell them apart. */
  series: readonly string[];
};

const light: ChartTheme = {
  paper: '#ffffff',
  ink: '#1c2430',
  soft: '#566273',
  line: '#dfe4ea',
  bad: '#b42318',
  series: ['#0f62b4', '#c2500a', '#00795c', '#8b3a8f', '#7d6200', '#414b59', '#0087a3', '#cf2f86'],
};

const dark: ChartTheme = {
  paper: '#12171e',
  ink: '#e6eaf0',
  soft: '#a3aebd',
  line: '#2e3845',
  bad: '#ff8a7a',
  series: ['#57a5f7', '#ff9d57', '#3fd0a4', '#f4b8ec', '#e3c65b', '#cfd6df', '#5fd8ec', '#ff86bd'],
};

export const chartThemes = { light, dark } as const;
export type ChartThemeName = keyof typeof chartThemes;

/** Number of different colors. Beyond this number of targets, colors repeat with different symbols. */
export const seriesColorCount = light.series.length;

/** Colors as CSS custom properties, so that a page can switch between light and dark when it is displayed. */
export const pageTheme: ChartTheme = {
  paper: 'none',
  ink: 'var(--chart-ink)',
  soft: 'var(--chart-soft)',
  line: 'var(--chart-line)',
  bad: 'var(--chart-bad)',
  series: light.series.map((_, i) => `var(--chart-${i + 1})`),
};

/** Returns the values of `pageTheme`'s custom properties as CSS declarations. */
export function listThemeProperties(name: ChartThemeName): string {
  const { ink, soft, line, bad, series } = chartThemes[name];
  const named = { ink, soft, line, bad };
  return [
    ...Object.entries(named).map(([key, color]) => `--chart-${key}: ${color};`),
    ...series.map((color, i) => `--chart-${i + 1}: ${color};`),
  ].join(' ');
}
