/** What a server's process is told. */
export type ServerOrder = {
  /** The id of a handler. */
  readonly handler: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly libraryPath: string;
  readonly parentPid: number;
  readonly hostname: string;
  /** 0: a free one. */
  readonly port: number;
  readonly waitMs: number;
  /** Cores of all its threads; empty: they are not pinned. */
  readonly cores: readonly number[];
};
