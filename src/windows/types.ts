/** A rolling time span that ends now: it holds the points with `now − ms ≤ at ≤ now`. */
export interface Window {
  readonly label: string;
  readonly ms: number;
}

/** Which rolling windows are kept, and how many points a figure needs before it is given. */
export interface MetricsWindowStrategy {
  readonly name: string;
  readonly windows: readonly Window[];
  readonly minDataPoints: number;
}

/** A figure that says how much it rests on, or that it rests on too little. */
export type Measured =
  | { readonly status: 'ok'; readonly value: number; readonly count: number }
  | { readonly status: 'insufficient_data'; readonly count: number; readonly required: number };
