import type * as zod from "zod";
export function wakeParameters(z: typeof zod) { return z.object({}); }
