#!/usr/bin/env node
import { basename, relative } from 'node:path';
import { run } from './run.js';

const interruption = new AbortController();
const INTERRUPTED_TWICE = 130;

// The first interrupt closes the database; whoever cannot wait loses nothing either, the journal sees to that.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(INTERRUPTED_TWICE);
    interruption.abort();
  });
}

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: interruption.signal,
  invocation: invocation(process.argv[1] ?? 'tenure'),
});

/** How to call this program again from here. */
function invocation(script: string): string {
  return basename(script) === 'main.js' ? `node ${relative(process.cwd(), script)}` : 'tenure';
}
