import { constants } from "node:os";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Ends a measurement on the first signal, the program on the second. */
export class Interrupt implements Disposable {
  readonly #controller = new AbortController();
  #received: (typeof signals)[number] | null = null;

  constructor() {
    for (const name of signals) process.on(name, this.#receive);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit status of what was interrupted: 128 + the signal's number, SIGINT's when none came. */
  get exitStatus(): number {
    return 128 + constants.signals[this.#received ?? "SIGINT"];
  }

  readonly #receive = (name: NodeJS.Signals): void => {
    if (this.#received !== null) process.exit(this.exitStatus);
    this.#received = signals.find((one) => one === name) ?? "SIGINT";
    this.#controller.abort();
  };

  [Symbol.dispose](): void {
    for (const name of signals) process.off(name, this.#receive);
  }
}
