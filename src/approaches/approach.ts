/** "When to use": trade-offs in words, and the code that does it. */
export type Advice = {
  readonly when: string;
  readonly against: string;
  /** About fifteen lines of TypeScript that a user can paste. */
  readonly code: string;
};

/** Parameters of a contender by name: `ring:doorbell=eventfd` gives `{ doorbell: "eventfd" }`. */
export type Settings = Readonly<Record<string, string>>;

/** What one parameter of an approach may be set to, written as on the command line. */
export type Parameter = {
  readonly values: readonly string[];
  /** One of the values. */
  readonly default: string;
  readonly description: string;
};

/**
 * What a contender names, and what a scenario compares: a waker, or a way to call a thread. Tables,
 * help and docs are made from it.
 */
export type Approach = {
  /** Kebab-case, as it is written on the command line. */
  readonly id: string;
  readonly title: string;
  /** One line. */
  readonly summary: string;
  readonly advice: Advice;
  /**
   * What may stand behind the name, `ring:doorbell=eventfd`. Anything else is wrong usage. A file of a
   * user's that declares none takes any parameter.
   */
  readonly parameters?: Readonly<Record<string, Parameter>>;
  /** The settings that `all` measures, a row each; absent: the defaults alone. */
  readonly variants?: readonly Settings[];
};

/** All approaches of one kind, and how one is found by name. */
export type Catalogue<A extends Approach = Approach> = {
  readonly all: readonly A[];
  /** Whether this platform has it. */
  isHere(approach: A): boolean;
  /** Whether the name is that of a user's file, not the id of a built-in one. */
  isFile(name: string): boolean;
  /** @throws WakerbenchError UNKNOWN_CONTENDER, WAKER_FILE_BAD */
  find(name: string): Promise<A>;
};
