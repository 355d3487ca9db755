import type { Approach } from "../approaches/approach.ts";
import type { Contender } from "../plan/contender.ts";
import type { Runtime } from "../runtimes/runtime.ts";
import type { Waker } from "../wakers/waker.ts";

/** A contender in one runtime: a row of each table. */
export type Subject<A extends Approach = Waker> = {
  readonly label: string;
  readonly contender: Contender;
  /** The file or id that the agent loads. */
  readonly approachPath: string;
  readonly approach: A;
  readonly runtime: Runtime;
  /**
   * No contender of its own: in `wake` the second copy of the first one, which shows the noise of the
   * day; in `burst` the threads without a waker.
   */
  readonly isControl: boolean;
  /** Named on the command line, so that its failure is the command's. */
  readonly isNamed: boolean;
};
