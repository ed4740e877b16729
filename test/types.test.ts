import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What a library that embeds Tenure may export without saying of what type it is. */
const HOST = `
import type { AgentEvent, Assessment, Clock, Database, StoredEvent, TenureError, Tracker } from 'tenure';
import { systemClock } from 'tenure';
import { createAgentMachine, departmentStepper, stepTrend, supervisorMachine, trustMachine } from 'tenure/machines';
import { FaultyDatabase } from 'tenure/testing';
import { SimulatedClock, createActor } from 'xstate';

export const supervisor = (tracker: Tracker) => tracker.actor;
export const heard = (tracker: Tracker) => tracker.actor.getSnapshot();
export const agent = (tracker: Tracker) => tracker.agentActor('ada');
export const snapshot = (tracker: Tracker) => tracker.agentActor('ada')?.getSnapshot();
export const state = (tracker: Tracker) => tracker.agentActor('ada')?.getSnapshot().context.state;
export const board = (tracker: Tracker) => tracker.scoreboard;
export const members = (tracker: Tracker) => ({ ...tracker });
export const ofAgents = (event: AgentEvent) => ({ ...event });
export const stored = (event: StoredEvent) => ({ ...event });
export const database = (db: Database) => ({ ...db });
export const met = ({ met }: Assessment) => met;
export const error = (thrown: TenureError) => thrown.issues;
export const machines = { createAgentMachine, departmentStepper, stepTrend, supervisorMachine, trustMachine };
export const faulty = (db: Database) => new FaultyDatabase(db);

export const simulated: Clock = new SimulatedClock();
export const own: Clock = {
  now: () => 0,
  setTimeout: (fn, timeout) => setTimeout(fn, timeout),
  clearTimeout: (id: NodeJS.Timeout) => clearTimeout(id),
};
export const driven = createActor(supervisorMachine, { clock: systemClock });

// @ts-expect-error what is on the board is not for a host to say
export const write = (tracker: Tracker) => tracker.scoreboard.send({ type: 'shown' });
// @ts-expect-error
export const trigger = (tracker: Tracker) => tracker.scoreboard.trigger;
// @ts-expect-error a timer is of no type that can be relied upon
export const timer: number = systemClock.setTimeout(() => {}, 1);
`;

it('lets a host export what it makes of the types, which all have public names', async () => {
  const directory = await mkdtemp(join(ROOT, 'test', '.types-'));
  try {
    const installed = join(directory, 'node_modules', 'tenure');
    const filter = (path: string) => !/\.(js|map)$/.test(path);
    await cp(join(ROOT, 'dist'), join(installed, 'dist'), { recursive: true, filter });
    await cp(join(ROOT, 'package.json'), join(installed, 'package.json'));
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
    const host = join(directory, 'host.ts');
    await writeFile(host, HOST);
    expect(complaintsAbout(host)).toEqual([]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

function complaintsAbout(file: string): string[] {
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    types: ['node'],
    strict: true,
    declaration: true,
    skipLibCheck: true,
  });
  return [...ts.getPreEmitDiagnostics(program), ...program.getDeclarationDiagnostics()].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '),
  );
}
