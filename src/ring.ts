/**
 * A queue that native threads push into and JavaScript hears:
 * `import { Ring } from "wakerbench/ring"`. See docs/ring.md, and include/wakerbench_ring.h for the
 * native side.
 *
 * @module
 */
export { WakerbenchError } from "./errors.ts";
export type {
  RingBatch,
  RingDoorbell,
  RingItem,
  RingOptions,
  RingPayload,
  RingPolicy,
} from "./ring/options.ts";
export { Ring } from "./ring/ring.ts";
