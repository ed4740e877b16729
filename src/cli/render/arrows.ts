import type { TrendSummary } from '../../agent/performance.js';
import type { TrendDirection } from '../../trends/types.js';
import type { Colors } from '../io.js';

const ARROWS: Readonly<Record<TrendDirection, string>> = {
  improving: '↗',
  stable: '→',
  declining: '↘',
  insufficient_data: '–',
};

/** Up always means better. */
export const ARROW_LEGEND = '↗ improving   → stable   ↘ declining   – too little data';

export function arrow(direction: TrendDirection, colors: Colors): string {
  return paint(direction, colors)(ARROWS[direction]);
}

/** The arrows of one metric, one a window. */
export function arrows(
  trends: readonly TrendSummary[],
  metric: string,
  windows: readonly string[],
  colors: Colors,
): string {
  return windows
    .map((window) => trends.find((trend) => trend.metric === metric && trend.window === window))
    .map((trend) => arrow(trend?.direction ?? 'insufficient_data', colors))
    .join(' ');
}

/** The colour of a direction. */
export function paint(direction: TrendDirection, colors: Colors): (text: string) => string {
  if (direction === 'improving') return colors.green;
  if (direction === 'declining') return colors.red;
  return direction === 'stable' ? String : colors.dim;
}

/** The windows that an agent's trends are kept in, in their own order. */
export function windowsOf(agents: readonly { readonly trends: readonly TrendSummary[] }[]): string[] {
  return [...new Set(agents[0]?.trends.map(({ window }) => window))];
}
