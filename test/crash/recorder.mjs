// Records events as fast as it can, and says on standard output which were acknowledged (`+ n seq`), what was announced
// (`! seq position`), and where it is. When it gets to the place that it was told of, it says `here` and goes no further:
// whoever started it kills it there. When it does not come to that place in a long time it says `elsewhere` and stops too.
// Without a place it runs until it is killed. When the place is in mending, it damages what derives from the journal, says
// so (`# part`), and asks, so that what it damaged is being made again when it is killed.
import { writeSync } from 'node:fs';
import { Level } from 'level';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../../dist/src/index.js';

const [path, first, phase, nth = '1', moment = 'during'] = process.argv.slice(2);
const START = Date.UTC(2026, 0, 1);
const AGENTS = 10;
/** Events until it closes and opens again: the phases at both ends are reached in every run. */
const ROUND = 150;

let isClosing = false;
let left = Number(nth);

/** Stops for good when this is the place. */
function at(name, when) {
  if (name !== phase || when !== moment) return;
  left -= 1;
  if (left > 0) return;
  stop('here');
}

function stop(where) {
  writeSync(1, `${where}\n`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** The database, with a look at everything that passes. */
function watched() {
  const db = new Level(path);
  const open = db.open.bind(db);
  const close = db.close.bind(db);
  const clear = db.clear.bind(db);
  return Object.assign(db, {
    async open(...args) {
      const opening = open(...args);
      at('opening', 'during');
      await opening;
      at('recovering', 'before');
    },
    async close(...args) {
      const closing = close(...args);
      if (isClosing) at('closing', 'during');
      await closing;
    },
    async clear(options) {
      const name = String(options.gte).startsWith('!foundations!')
        ? 'retention'
        : asking
          ? 'mending'
          : 'folding';
      at(name, 'before');
      const clearing = clear(options);
      at(name, 'during');
      await clearing;
    },
  });
}

/** Batches are looked at where every database has them from: one that has its own is written to in another way. */
function watchBatches() {
  const { batch: begin } = Level.prototype;
  Level.prototype.batch = function watchedBatch(...list) {
    if (list.length > 0) throw new Error('a batch that is not handed over one by one');
    const batch = begin.call(this);
    const operations = [];
    const { put, del, write } = batch;
    return Object.assign(batch, {
      put(key, ...rest) {
        operations.push({ type: 'put', key, value: rest[0] });
        return put.call(batch, key, ...rest);
      },
      del(key, ...rest) {
        operations.push({ type: 'del', key });
        return del.call(batch, key, ...rest);
      },
      async write(options) {
        const name = phaseOf(operations);
        at(name, 'before');
        const writing = write.call(batch, options);
        at(name, 'during');
        await writing;
        at(name, 'after');
      },
    });
  };
}

/** What a write is for, by what it writes. */
function phaseOf(operations) {
  const parts = new Set(operations.map(({ key }) => String(key).split('!')[1]));
  if (asking && [...parts].every((part) => MENDED.includes(part))) return 'mending';
  if (parts.has('foundations') || operations.some(isDropping)) return 'retention';
  if (parts.has('journal')) return operations.some(isTick) ? 'ticking' : 'committing';
  if (parts.has('outputs')) return isOpen ? 'announcing' : 'recovering';
  if (parts.has('states')) return isClosing ? 'closing' : 'snapshotting';
  return isClosing ? 'closing' : 'opening';
}

/** Either the write that drops records, or one that removes them. */
function isDropping({ type, key }) {
  return String(key) === '!meta!dropped' || (type === 'del' && String(key).startsWith('!journal!'));
}

function isTick({ key, value }) {
  if (!String(key).startsWith('!journal!')) return false;
  return value
    .toString('utf8', 5)
    .split('\n')
    .slice(1)
    .some((line) => !line.includes('\t'));
}

/** What may be written to make good what is damaged. */
const MENDED = ['rollups', 'shelves', 'scopes', 'timeline', 'ids', 'index', 'meta'];
/** Questions that wait for an answer. */
let asking = 0;

/** Damages some of what is derived, all of it or an entry here and there, and asks everything. */
async function harmAndAsk(db, tracker, n) {
  asking += 1;
  const binary = { keyEncoding: 'buffer', valueEncoding: 'buffer' };
  for (const [i, part] of ['rollups', 'timeline', 'index', 'states', 'ids'].entries()) {
    const range = { ...binary, gte: Buffer.from(`!${part}!`), lt: Buffer.from(`!${part}"`) };
    const entries = await db.iterator(range).all();
    if (entries.length === 0) continue;
    writeSync(1, `# ${part}\n`);
    // An id that is gone would be given a second time: that is not made good on the spot.
    const isGone = part !== 'ids' && (n + i) % 3 === 0;
    const every = (n + i) % 4 === 0 ? 1 : 29;
    for (let at = n % every; at < entries.length; at += every) {
      const [key, value] = entries[at];
      const harmed = Buffer.from(value);
      harmed[(n + at) % harmed.length] ^= 1 << (n & 7);
      const operation = isGone ? { type: 'del', key } : { type: 'put', key, value: harmed };
      await writeRaw.call(db, [operation], binary);
    }
  }
  const collect = async (events) => {
    for await (const event of events) void event;
  };
  const agents = Array.from({ length: AGENTS }, (_, i) => `agent-${i}`);
  await Promise.all([
    tracker.query({ groupBy: 'agent' }),
    tracker.query(),
    tracker.series({ metric: 'quality', every: '1h' }),
    collect(tracker.events()),
    ...agents.map((agentId) => tracker.performance(agentId)),
    ...agents.map((agentId) => collect(tracker.events({ agentId }))),
    // Known by its id.
    tracker.record(event(n - 1, START + (n - 1) * 150_000)),
  ]);
  asking -= 1;
}

/** Who asks while everything is being closed is told so. */
function fail(error) {
  asking -= 1;
  if (isClosing && ['TENURE_CLOSED', 'TENURE_CORRUPT'].includes(error.code)) return;
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
}

/** Events after which it stops where it is, if the place did not come. */
const PATIENCE = 1_500;

const writeRaw = Level.prototype.batch;
watchBatches();
let isOpen = false;
let n = Number(first);
let rounds = 0;
let mending = Promise.resolve();
while (true) {
  const clock = new SimulatedClock();
  clock.set(START + n * 150_000);
  isOpen = false;
  isClosing = false;
  const options = { windows: ['3h', '12h'], retention: '12h' };
  const db = watched();
  const tracker = await openTracker({ db, clock, maxActiveAgents: 4, ...options });
  isOpen = true;
  for (const outputs$ of [tracker.transitions$, tracker.standings$, tracker.failures$])
    outputs$.subscribe(({ seq, position }) => writeSync(1, `! ${seq} ${position}\n`));
  let underWay = 0;
  for (const end = n + ROUND; n < end; n++) {
    const now = START + n * 150_000;
    if (now > clock.now()) clock.set(now);
    if (phase && n - Number(first) > PATIENCE) stop('elsewhere');
    underWay++;
    const number = n;
    tracker.record(event(number, now)).then(({ seq }) => {
      underWay--;
      writeSync(1, `+ ${number} ${seq}\n`);
    });
    if (phase === 'mending' && asking === 0 && n % 40 === 39)
      mending = harmAndAsk(db, tracker, n).catch(fail);
    while (underWay > 30) await new Promise((resolve) => setImmediate(resolve));
  }
  await tracker.flush();
  if (rounds % 3 > 0) await mending;
  // Closing breaks off what is being dropped: it goes on at the next opening, and comes to its end every other time.
  if (++rounds % 2 === 0) await tracker.idle();
  isClosing = true;
  at('closing', 'before');
  await tracker.close();
}

function event(n, at) {
  const base = { id: `e${n}`, agentId: `agent-${n % AGENTS}`, at };
  if (n % 3 === 2) {
    const review = { kind: 'code', reviewerId: `r${n % 5}`, score: n % 11 };
    const agentId = `agent-${(n - 2) % AGENTS}`;
    return { ...base, agentId, type: 'review.submitted', taskId: `t${n - 2}`, ...review };
  }
  // Quality comes and goes within half a day, so that there is something to announce.
  const met = Math.round(10 + 10 * Math.sin(n / 45 + (n % AGENTS)));
  const signals = { criteriaMet: met, criteriaTotal: 20 };
  const type = n % 4 ? 'task.completed' : 'task.failed';
  return { ...base, type, taskId: `t${n}`, signals, usage: { cost: n / 100 } };
}
