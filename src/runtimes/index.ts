import { bun } from "./bun.ts";
import type { RuntimeKind } from "./runtime.ts";

/** Every kind of runtime, in the order in which it is listed. */
export const runtimeKinds: readonly RuntimeKind[] = [bun];
