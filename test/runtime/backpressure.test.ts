import { expect, it } from 'vitest';
import { Backpressure } from '../../src/runtime/backpressure.js';

it('lets a producer wait from the limit on, until half of the room is free', async () => {
  const room = new Backpressure(4);
  for (let i = 0; i < 3; i++) expect(room.enter()).toBeUndefined();
  let isFree = false;
  const waiting = room.enter()?.then(() => {
    isFree = true;
  });
  room.leave();
  await Promise.resolve();
  expect(isFree).toBe(false);
  room.leave();
  await waiting;
  expect(isFree).toBe(true);
});

it('is empty once everything that went in has come out', async () => {
  const room = new Backpressure(10);
  await room.empty();
  room.enter();
  const empty = room.empty();
  room.leave();
  await empty;
});
