/** Comes back in a later turn of the event loop, which timers and sockets get a share of before. */
export class Turns {
  /** How many turns were taken. */
  taken = 0;
  readonly #run: () => void;
  #pending: NodeJS.Immediate | null = null;
  #isRef = true;

  constructor(run: () => void) {
    this.#run = run;
  }

  /** Asks for one more turn; asking twice is asking once. */
  ask(): void {
    if (this.#pending !== null) return;
    this.#pending = setImmediate(this.#take);
    if (!this.#isRef) this.#pending.unref();
  }

  /** Whether a turn that is still to come keeps the process alive. */
  setRef(isRef: boolean): void {
    this.#isRef = isRef;
    if (isRef) this.#pending?.ref();
    else this.#pending?.unref();
  }

  cancel(): void {
    if (this.#pending !== null) clearImmediate(this.#pending);
    this.#pending = null;
  }

  readonly #take = (): void => {
    this.#pending = null;
    this.taken++;
    this.#run();
  };
}
