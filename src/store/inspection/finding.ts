/** Something in a database that is not as it should be. */
export interface Finding {
  /** Where: a part of the database, or `figures` for an answer that a replay does not give. */
  readonly part: string;
  /** Why: what was found, in one sentence. */
  readonly message: string;
  /** The record of the journal that it is about. */
  readonly seq?: number;
  /** The agent that it is about. */
  readonly agentId?: string;
  /** Whether it can be made again from what is sound. */
  readonly repairable: boolean;
}
