/**
 * What a waker of your own is written with: `import { Mailbox, type Waker } from "wakerbench/waker"`.
 * Light, because it is loaded into the process that is measured.
 *
 * @module
 */
export { joinVisit } from "./wakers/join-visit.ts";
export { Mailbox } from "./wakers/mailbox.ts";
export type * from "./wakers/waker.ts";
