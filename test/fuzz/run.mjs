// A long run of the fuzz tests: `npm run test:fuzz`, or with another effort `npm run test:fuzz -- 1000`.
import { spawnSync } from 'node:child_process';

const [effort = '100', ...rest] = process.argv.slice(2);
const env = { ...process.env, TENURE_FUZZ_EFFORT: effort };
const args = ['vitest', 'run', 'test/fuzz', '--testTimeout=3600000', '--no-file-parallelism', ...rest];
process.exitCode = spawnSync('npx', args, { env, stdio: 'inherit' }).status ?? 1;
