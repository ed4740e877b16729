import { createAtom, type Store } from '@xstate/store';
import { Subject } from 'rxjs';
import { map } from 'rxjs/operators';
import { describe, expect, it } from 'vitest';
import { waitFor } from 'xstate';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import type { OnHostError } from '../../src/runtime/host.js';
import type { Tracker } from '../../src/tracker.js';
import { hostErrors, noUncaughtErrors, settled } from '../support/host-errors.js';
import { clockAt, fading, openInMemory, START, task } from '../support/tracker.js';

const boom = (): never => {
  throw new Error('boom');
};
/** The ways in which a handler goes wrong. */
const WAYS: [string, () => unknown][] = [
  ['throws', boom],
  ['rejects', async () => boom()],
];

/** Everything a host can listen to, and how what it hears is told. */
const PLACES: [string, (tracker: Tracker, handler: (heard: unknown) => unknown) => unknown][] = [
  ['transitions$', ({ transitions$ }, handler) => transitions$.subscribe(handler)],
  ['standings$', ({ standings$ }, handler) => standings$.subscribe({ next: handler })],
  ['failures$', ({ failures$ }, handler) => failures$.subscribe(handler)],
  ['rejections$', ({ rejections$ }, handler) => rejections$.subscribe(handler)],
  [
    'a pipe of transitions$',
    ({ transitions$ }, handler) => transitions$.pipe(map((t) => t.agentId)).subscribe(handler),
  ],
  ['the scoreboard', ({ scoreboard }, handler) => scoreboard.subscribe(handler)],
  ["the scoreboard's inspection", ({ scoreboard }, handler) => scoreboard.inspect(handler)],
  [
    'a selection of the scoreboard',
    ({ scoreboard }, handler) => scoreboard.select(({ agents }) => agents).subscribe(handler),
  ],
  ['the supervisor', ({ actor }, handler) => actor.subscribe(handler)],
  ['an agent’s snapshots', (tracker, handler) => tracker.agentActor('ada')?.subscribe(handler)],
  ['an agent’s emissions', (tracker, handler) => tracker.agentActor('ada')?.on('*', handler)],
  ['an agent’s system', (tracker, handler) => tracker.agentActor('ada')?.system.inspect(handler)],
];

/** Enough to have something said in every place: turns, standings, a failure, a refusal. */
async function live(tracker: Tracker): Promise<void> {
  const bad = new Subject<PerformanceEventInput>();
  tracker.connect(bad);
  for (const event of fading(30).slice(1)) await tracker.record(event);
  for (let n = 0; n < 3; n++) {
    bad.next({} as PerformanceEventInput);
    await tracker.record(task(n, { id: `poison ${n}`, taskId: 'poison' }));
  }
  await tracker.flush();
}

/** What a host is told where everything is in order. */
async function heard(place: (typeof PLACES)[number][1]): Promise<number> {
  const { tracker, told } = await opened();
  place(tracker, () => told.push('heard'));
  await live(tracker);
  const { length } = told;
  await tracker.close();
  return length;
}

async function opened(onHostError?: OnHostError) {
  const quality = {
    name: 'poisonable',
    score: ({
      taskId,
      signals,
    }: {
      taskId: string;
      signals?: { criteriaMet?: number | undefined } | undefined;
    }) => {
      if (taskId === 'poison') boom();
      return {
        score: (signals?.criteriaMet ?? 0) / 2,
        confidence: 1,
        strategy: 'p',
        overridden: false,
        breakdown: [],
      };
    },
  };
  const { tracker } = await openInMemory({
    clock: clockAt(START + 40 * 86_400_000),
    strategies: { quality },
    ...(onHostError && { onHostError }),
  });
  await tracker.record(fading(1)[0] as PerformanceEventInput);
  return { tracker, told: [] as string[] };
}

describe('a mistake of the host’s own code', () => {
  noUncaughtErrors();

  for (const [name, place] of PLACES) {
    for (const [way, handler] of WAYS) {
      it(`that ${way} in a handler of ${name} cuts off that handler and nobody else`, async () => {
        const { errors, onHostError } = hostErrors();
        const { tracker } = await opened(onHostError);
        let calls = 0;
        let others = 0;
        place(tracker, () => {
          calls++;
          return handler();
        });
        place(tracker, () => {
          others++;
        });
        await live(tracker);
        await settled();
        expect(calls).toBeGreaterThan(0);
        // An async handler is found out after the event that it failed on.
        if (way === 'throws') expect(calls).toBe(1);
        // The scoreboard is shown as often as there is time for.
        if (name.includes('scoreboard')) expect(others).toBeGreaterThanOrEqual(1);
        else expect(others).toBe(await heard(place));
        expect(errors).toHaveLength(1);
        expect(errors[0]).toMatchObject({ code: 'TENURE_HOST', cause: { message: 'boom' } });
        expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(30);
        expect(await tracker.record(task(99))).toMatchObject({ duplicate: false });
        await tracker.close();
      });
    }
  }

  it('is told to the subscriber’s own error handler too, so that waitFor rejects', async () => {
    const { errors, onHostError } = hostErrors();
    const { tracker } = await opened(onHostError);
    let asked = 0;
    const waiting = waitFor(tracker.actor, () => (asked++ === 0 ? false : boom())).catch((error) => error);
    await tracker.record(task(1));
    expect(await waiting).toMatchObject({ message: 'boom' });
    expect(errors).toHaveLength(1);
    await tracker.close();
  });

  it('in an operator of a pipe without an error handler ends that pipe alone', async () => {
    const { errors, onHostError } = hostErrors();
    const { tracker } = await opened(onHostError);
    tracker.transitions$.pipe(map(boom)).subscribe();
    await live(tracker);
    expect(errors.map(({ message }) => message)).toEqual([
      'A subscriber of transitions$ failed: Error: boom',
    ]);
    await tracker.close();
  });

  it('in a completion handler does not keep the tracker from closing', async () => {
    const { errors, onHostError } = hostErrors();
    const { tracker } = await opened(onHostError);
    tracker.transitions$.subscribe({ complete: boom });
    tracker.actor.subscribe({ complete: boom });
    tracker.agentActor('ada')?.subscribe({ complete: boom });
    await tracker.close();
    expect(errors.length).toBeGreaterThanOrEqual(2);
  });

  it('in a selector or an atom over the scoreboard leaves the scoreboard up to date', async () => {
    const { errors, onHostError } = hostErrors();
    const { tracker } = await opened(onHostError);
    let isBroken = false;
    const selection = tracker.scoreboard.select(({ agents }) => (isBroken ? boom() : agents.size));
    selection.subscribe(() => undefined);
    createAtom(() => (isBroken ? boom() : tracker.scoreboard.get().context.agents.size)).subscribe(
      () => undefined,
    );
    isBroken = true;
    await tracker.record(task(1, { agentId: 'bob' }));
    await tracker.flush();
    expect(tracker.scoreboard.get().context.agents.size).toBe(2);
    expect(selection.get()).toBe(1);
    expect(errors.length).toBeGreaterThanOrEqual(1);
    await tracker.close();
  });

  it('in an inspector cuts the inspector off', async () => {
    for (const [, handler] of WAYS) {
      const { errors, onHostError } = hostErrors();
      const { tracker } = await openInMemory({ inspect: handler, onHostError });
      expect(await tracker.record(task(0))).toEqual({ seq: 1, duplicate: false });
      await settled();
      expect(errors).toHaveLength(1);
      await tracker.close();
    }
  });

  it('in onHostError itself becomes a warning of the process', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    const others = process.listeners('warning');
    process.removeAllListeners('warning').on('warning', note);
    try {
      for (const onHostError of [undefined, boom]) {
        const { tracker } = await opened(onHostError);
        tracker.transitions$.subscribe(boom);
        await live(tracker);
        await tracker.close();
      }
      await settled();
      expect(warnings.map(({ name, message }) => [name, message])).toEqual([
        ['TenureWarning', 'A subscriber of transitions$ failed: Error: boom'],
        ['TenureWarning', 'onHostError failed: Error: boom'],
      ]);
    } finally {
      process.removeAllListeners('warning');
      for (const listener of others) process.on('warning', listener);
    }
  });

  it('that ends a connected stream in an error is told, and the tracker goes on', async () => {
    const { errors, onHostError } = hostErrors();
    const { tracker } = await opened(onHostError);
    const events$ = new Subject<PerformanceEventInput>();
    tracker.connect(events$);
    events$.error(new Error('the source broke'));
    expect(errors).toMatchObject([{ code: 'TENURE_HOST', cause: { message: 'the source broke' } }]);
    await tracker.record(task(1));
    await tracker.close();
  });

  it('that throws what cannot be put into words is survived all the same', async () => {
    const { errors, onHostError } = hostErrors();
    const { tracker } = await opened(onHostError);
    const horror = {
      toString: boom,
      get message() {
        return boom();
      },
    };
    for (const thrown of [horror, Object.create(null), Symbol('s'), 10n, undefined, null]) {
      tracker.scoreboard.subscribe(() => {
        throw thrown;
      });
    }
    await tracker.record(task(1));
    await tracker.flush();
    expect(errors).toHaveLength(6);
    await tracker.close();
  });

  it('cannot drive the tracker’s actors behind its back', async () => {
    const { tracker } = await opened();
    for (const actor of [tracker.actor, tracker.agentActor('ada')]) {
      for (const method of ['stop', 'start', 'send'] as const) {
        expect(() => (actor as unknown as Record<string, () => void>)[method]?.()).toThrow(
          /drives its actors/,
        );
      }
    }
    expect(await tracker.record(task(7))).toMatchObject({ duplicate: false });
    await tracker.close();
  });

  it('cannot write on the scoreboard, however it gets hold of it', async () => {
    const { errors, onHostError } = hostErrors();
    const { tracker } = await opened(onHostError);
    const { scoreboard } = tracker;
    const inspected: unknown[] = [];
    scoreboard.inspect(({ actorRef }) => inspected.push(actorRef));
    const before = scoreboard.get();
    const event = { type: 'shown', state: { agents: new Map() } };
    for (const store of [scoreboard, ...inspected]) {
      const { send, trigger, with: extend } = store as Store<object, { shown: object }, never>;
      const writes = [() => send(event as never), () => trigger.shown({}), () => extend(undefined as never)];
      for (const write of writes) expect(write).toThrow(/keeps the scoreboard/);
    }
    expect(inspected).toHaveLength(1);
    expect(scoreboard.get()).toBe(before);
    scoreboard.subscribe((snapshot) => {
      Object.assign(snapshot, { context: undefined });
    });
    await tracker.record(task(7));
    await tracker.flush();
    expect(errors).toMatchObject([{ code: 'TENURE_HOST', cause: expect.any(TypeError) }]);
    expect(scoreboard.select(({ agents }) => agents.size).get()).toBe(1);
    expect(scoreboard.getSnapshot()).not.toBe(before);
    await tracker.close();
  });

  it('that writes to what it was told changes nothing for anybody else', async () => {
    const { errors, onHostError } = hostErrors();
    const { tracker } = await opened(onHostError);
    const seen: unknown[] = [];
    tracker.agentActor('ada')?.on('trend.changed', (turn) => {
      (turn.after as { slope: number }).slope = 999;
    });
    tracker.transitions$.subscribe((turn) => seen.push(turn.after.slope));
    await live(tracker);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).not.toContain(999);
    expect(errors).toMatchObject([{ cause: { name: 'TypeError' } }]);
    await tracker.close();
  });
});
