import { z } from 'zod';
import { sealJson, unsealJson } from '../codec/seal.js';
import { type Connection, type Put, put } from '../connection.js';
import { corrupt } from '../failures.js';
import { ALL_SCOPES, scopeKey } from '../keys.js';
import type { Scope, ScopeBook } from './scopes.js';

const entry = z.strictObject({
  kind: z.enum(['department', 'project', 'pair']),
  department: z.string().optional(),
  projectId: z.string().optional(),
});

export function scopePuts(scopes: readonly Scope[]): Put[] {
  return scopes.map(({ no, kind, department, projectId }) => {
    const key = scopeKey(no);
    return put(key, sealJson(key, { kind, department, projectId }));
  });
}

/** @throws TenureError `TENURE_CORRUPT` when one is damaged or missing */
export async function loadScopes(connection: Connection, book: ScopeBook, expected: number): Promise<void> {
  for await (const entries of connection.entries('Reading the departments and projects', ALL_SCOPES)) {
    for (const [key, value] of entries) {
      const parsed = entry.safeParse(unsealJson(key, value));
      if (!parsed.success || !scopeKey(book.size + 1).equals(key)) throw damaged();
      const { kind, department, projectId } = parsed.data;
      book.restore({ kind, department, projectId });
    }
  }
  if (book.size !== expected) throw damaged();
}

function damaged(): Error {
  return corrupt('The departments and projects of the roll-ups are damaged');
}
