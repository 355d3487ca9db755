import { JobError } from "./dedicated.ts";
import type { ThrownRecord } from "./worker-protocol.ts";

const causesMax = 8;

/** Makes of anything that was thrown what can be sent. Never throws itself. */
export function recordThrown(thrown: unknown, depth = 0): ThrownRecord {
  if (!isError(thrown)) {
    return {
      name: "Error",
      message: textOf(thrown),
      stack: "",
      cause: { value: cloneable(thrown) },
    };
  }
  const { name, message, stack, code, cause } = fieldsOf(thrown);
  return {
    name: typeof name === "string" ? name : "Error",
    message: typeof message === "string" ? message : textOf(message),
    stack: typeof stack === "string" ? stack : "",
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    ...(cause === undefined || depth === causesMax ? {} : { cause: recordCause(cause, depth) }),
  };
}

function recordCause(cause: unknown, depth: number): NonNullable<ThrownRecord["cause"]> {
  if (isError(cause)) return { error: recordThrown(cause, depth + 1) };
  return { value: cloneable(cause) };
}

/** A proxy may refuse to be looked at. */
function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

type Fields = Partial<Record<"name" | "message" | "stack" | "code" | "cause", unknown>>;

/** An error's fields, those left out whose getters throw. */
function fieldsOf(error: Error): Fields {
  const fields: Fields = {};
  for (const key of ["name", "message", "stack", "code", "cause"] as const) {
    try {
      fields[key] = Reflect.get(error, key);
    } catch {
      // An error that cannot be read is still an error.
    }
  }
  return fields;
}

/** A copy of the value when it can be sent, else its text. The copy has no getter that could throw next time. */
function cloneable(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return textOf(value);
  }
}

function textOf(value: unknown): string {
  try {
    return typeof value === "string" ? value : Bun.inspect(value);
  } catch {
    return "what was thrown cannot be shown";
  }
}

/** The error that a call is rejected with. */
export function errorOf({ name, message, stack, code, cause }: ThrownRecord): JobError {
  return new JobError({ name, message, stack, code, cause: causeOf(cause) });
}

function causeOf(cause: ThrownRecord["cause"]): unknown {
  if (cause === undefined) return undefined;
  return "error" in cause ? errorOf(cause.error) : cause.value;
}
