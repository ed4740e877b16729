// Every benchmark, one after the other. `--quick` gives a first impression in a fraction of the time.
import { run as ingest } from './ingest.mjs';
import { run as loopDelay } from './loop-delay.mjs';
import { run as overload } from './overload.mjs';
import { run as passivation } from './passivation.mjs';
import { run as query } from './query.mjs';
import { run as recovery } from './recovery.mjs';
import { run as retention } from './retention.mjs';
import { run as scoreboard } from './scoreboard.mjs';
import { run as trendSpeed } from './trend-speed.mjs';
import { run as trendTruth } from './trend-truth.mjs';

const quick = process.argv.includes('--quick');
for (const run of [
  ingest,
  query,
  recovery,
  retention,
  loopDelay,
  overload,
  passivation,
  scoreboard,
  trendSpeed,
  trendTruth,
])
  await run({ quick });
