/**
 * Turns wakes that are pushed (a callback, an event) into `wait()`. What arrives while nobody waits is
 * kept, so that nothing is hidden from the audit.
 */
export class Mailbox<T> {
  #waiter: ((message: T) => void) | undefined;
  #listener: ((message: T) => void) | undefined;
  readonly #backlog: T[] = [];

  /** Resolves the waiting promise, or keeps the message for the next one. */
  readonly deliver = (message: T): void => {
    const listener = this.#listener;
    if (listener !== undefined) {
      listener(message);
      return;
    }
    const waiter = this.#waiter;
    if (waiter === undefined) {
      this.#backlog.push(message);
      return;
    }
    this.#waiter = undefined;
    waiter(message);
  };

  /** `deliver`, after the stamp of the first line of JavaScript where that is asked for. */
  entrance(enter: (() => void) | undefined): (message: T) => void {
    if (enter === undefined) return this.deliver;
    return (message) => {
      enter();
      this.deliver(message);
    };
  }

  /** One waiter at a time. */
  wait(): Promise<T> {
    if (this.#backlog.length > 0) return Promise.resolve(this.#backlog.shift() as T);
    return new Promise(this.#park);
  }

  /** From now on each message goes to `hear` as it comes, those that were kept first. */
  listen(hear: (message: T) => void): void {
    this.#listener = hear;
    for (const message of this.#backlog.splice(0)) hear(message);
  }

  readonly #park = (resolve: (message: T) => void): void => {
    this.#waiter = resolve;
  };
}
