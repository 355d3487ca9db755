import type { Reply } from "./ask.ts";
import type { Fetched, FetchOrder } from "./fetcher.ts";

/** Why a request had no answer, by the system's code. */
const reasons: Readonly<Record<string, string>> = {
  TIMEOUT: "no answer in time",
  ECONNREFUSED: "connection refused",
  ConnectionRefused: "connection refused",
  ECONNRESET: "connection reset",
  ConnectionClosed: "connection closed",
  ENOTFOUND: "the host is not known",
  Malformed_HTTP_Response: "the answer is no HTTP",
  EMFILE:
    "no file descriptor was left (EMFILE); allow more with `ulimit -n 1024`, or ask for a smaller --chunk",
};

/** Counts what the requests came to. */
export class Tally {
  readonly #order: FetchOrder;
  #sent = 0;
  #answered = 0;
  #mistaken = 0;
  readonly #statuses = new Map<number, number>();
  readonly #failures = new Map<string, { count: number; message: string }>();

  constructor(order: FetchOrder) {
    this.#order = order;
  }

  /** Whether no further request is to be begun: where one was never answered, a thousand would take hours. */
  get isOver(): boolean {
    return this.#failures.has("TIMEOUT");
  }

  /** How many are still to be begun, at most `most`. */
  next(most: number): number {
    return this.isOver ? 0 : Math.min(most, this.#order.requests - this.#sent);
  }

  /** Makes one request, and takes note of what came of it. */
  async make(send: () => Promise<Reply>): Promise<void> {
    this.#sent++;
    this.#note(await send());
  }

  #note(reply: Reply): void {
    if ("status" in reply) {
      const { body } = this.#order;
      if (reply.status !== 200) {
        this.#statuses.set(reply.status, (this.#statuses.get(reply.status) ?? 0) + 1);
      } else if (body === null || body === reply.body) this.#answered++;
      else this.#mistaken++;
      return;
    }
    const { code, message } = reply;
    const failure = this.#failures.get(code) ?? { count: 0, message };
    this.#failures.set(code, { ...failure, count: failure.count + 1 });
  }

  fetched(): Fetched {
    const sum = (counts: Iterable<number>) => [...counts].reduce((all, count) => all + count, 0);
    return {
      sent: this.#sent,
      answered: this.#answered,
      mistaken: this.#mistaken,
      refused: sum(this.#statuses.values()),
      failed: sum([...this.#failures.values()].map(({ count }) => count)),
      fault: this.#fault(),
    };
  }

  /** `3 of 100 requests answered 500; 2 of 100 requests failed: connection reset` */
  #fault(): string | null {
    const faults = [...this.#statuses].map(([status, count]): [number, string] => [
      count,
      `answered ${status}`,
    ]);
    if (this.#mistaken > 0) faults.push([this.#mistaken, "answered with another body"]);
    for (const [code, { count, message }] of this.#failures) {
      faults.push([count, `failed: ${reasonOf({ code, message })}`]);
    }
    if (faults.length === 0) return null;
    const { requests } = this.#order;
    return faults.map(([count, what]) => `${count} of ${requests} requests ${what}`).join("; ");
  }
}

/** Why there was no answer, in words. */
export function reasonOf({ code, message }: { code: string; message: string }): string {
  // What Bun appends is about its own options.
  return reasons[code] ?? message.split(". ")[0] ?? message;
}
