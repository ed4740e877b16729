import { expect, it } from 'vitest';
import { Gate } from '../../src/query/gate.js';

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

it('a gate lets readers in together, a writer when nobody reads, and later readers after the writer', async () => {
  const gate = new Gate();
  const log: string[] = [];
  const [first, second, writing] = [deferred(), deferred(), deferred()];
  const reader = (name: string, until: Promise<void>) =>
    gate.read(async () => {
      log.push(`${name} in`);
      await until;
      log.push(`${name} out`);
    });
  const early = [reader('a', first.promise), reader('b', second.promise)];
  const writer = gate.write(async () => {
    log.push('w in');
    await writing.promise;
    log.push('w out');
  });
  const late = reader('c', Promise.resolve());
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  expect(log).toEqual(['a in', 'b in']);
  first.resolve();
  await settle();
  expect(log).toEqual(['a in', 'b in', 'a out']);
  second.resolve();
  await settle();
  expect(log.slice(3)).toEqual(['b out', 'w in']);
  writing.resolve();
  await Promise.all([...early, writer, late]);
  expect(log.slice(5)).toEqual(['w out', 'c in', 'c out']);
});

it('a gate stays usable when a reader or a writer fails', async () => {
  const gate = new Gate();
  const fail = async () => {
    throw new Error('no');
  };
  await expect(gate.read(fail)).rejects.toThrow('no');
  await expect(gate.write(fail)).rejects.toThrow('no');
  expect(await gate.read(async () => 1)).toBe(1);
  expect(await gate.write(async () => 2)).toBe(2);
});
