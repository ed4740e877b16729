/** A department, a project, or a department's part in a project: what totals are kept of. */
export interface Scope {
  /** Its number, from 1, under which its totals are stored. */
  readonly no: number;
  readonly kind: 'department' | 'project' | 'pair';
  readonly department: string | undefined;
  readonly projectId: string | undefined;
}

/** Where a data point belongs. */
export interface Pair extends Scope {
  readonly kind: 'pair';
  readonly inDepartment: Scope;
  readonly inProject: Scope;
}

/**
 * The numbers of departments, projects and pairs of them, given as they are first seen. Free text stays out of
 * keys this way, whatever it is made of; that nobody named one is a name of its own.
 */
export class ScopeBook {
  readonly #all: Scope[] = [];
  readonly #departments = new Map<string | undefined, Scope>();
  readonly #projects = new Map<string | undefined, Scope>();
  readonly #pairs = new Map<string | undefined, Map<string | undefined, Pair>>();

  get size(): number {
    return this.#all.length;
  }

  /** `undefined` for a number that was never given. */
  byNumber(no: number): Scope | undefined {
    return this.#all[no - 1];
  }

  /** The scopes that were numbered after the first so many. */
  after(count: number): readonly Scope[] {
    return this.#all.slice(count);
  }

  /** The pair of a department and a project; new ones get numbers. */
  pair(department: string | undefined, projectId: string | undefined): Pair {
    return this.findPair(department, projectId) ?? this.#addPair(department, projectId);
  }

  findPair(department: string | undefined, projectId: string | undefined): Pair | undefined {
    return this.#pairs.get(department)?.get(projectId);
  }

  department(department: string): Scope | undefined {
    return this.#departments.get(department);
  }

  project(projectId: string): Scope | undefined {
    return this.#projects.get(projectId);
  }

  departments(): IterableIterator<Scope> {
    return this.#departments.values();
  }

  projects(): IterableIterator<Scope> {
    return this.#projects.values();
  }

  *pairs(): Generator<Pair, void> {
    for (const ofDepartment of this.#pairs.values()) yield* ofDepartment.values();
  }

  /** A scope as it was stored; to be called in the order of the numbers. */
  restore({ kind, department, projectId }: Omit<Scope, 'no'>): void {
    if (kind === 'department') this.#inDepartment(department);
    else if (kind === 'project') this.#inProject(projectId);
    else this.#addPair(department, projectId);
  }

  clear(): void {
    this.#all.length = 0;
    this.#departments.clear();
    this.#projects.clear();
    this.#pairs.clear();
  }

  #addPair(department: string | undefined, projectId: string | undefined): Pair {
    const inDepartment = this.#inDepartment(department);
    const inProject = this.#inProject(projectId);
    const pair = this.#add({ kind: 'pair', department, projectId, inDepartment, inProject });
    let ofDepartment = this.#pairs.get(department);
    if (!ofDepartment) {
      ofDepartment = new Map();
      this.#pairs.set(department, ofDepartment);
    }
    ofDepartment.set(projectId, pair);
    return pair;
  }

  #inDepartment(department: string | undefined): Scope {
    return (
      this.#departments.get(department) ??
      set(this.#departments, department, this.#add({ kind: 'department', department, projectId: undefined }))
    );
  }

  #inProject(projectId: string | undefined): Scope {
    return (
      this.#projects.get(projectId) ??
      set(this.#projects, projectId, this.#add({ kind: 'project', department: undefined, projectId }))
    );
  }

  #add<S extends Omit<Scope, 'no'>>(scope: S): S & Scope {
    const numbered = { no: this.#all.length + 1, ...scope };
    this.#all.push(numbered);
    return numbered;
  }
}

function set<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): Value {
  map.set(key, value);
  return value;
}
