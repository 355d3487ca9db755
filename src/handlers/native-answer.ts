/** What a handler of a native HTTP server returns. The server adds date, length and connection. */
export type NativeAnswer = {
  /** 200 to 599; 200 by default. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | null;
};

/** What is answered when a handler throws. */
export const failedAnswer: NativeAnswer = {
  status: 500,
  headers: { "content-type": "text/plain;charset=utf-8" },
  body: "Internal Server Error\n",
};

/** RFC 9110, 5.6.2 and 5.5. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const noValue = /[^\t\x20-\x7e\x80-\xff]/;
const servers = ["connection", "content-length", "date", "transfer-encoding"];
/** Names that were checked. A program has few of them. */
const checkedNames = new Set<string>();
const checkedNamesMax = 1000;

/**
 * The status of an answer.
 *
 * @throws TypeError when what was returned is no answer, RangeError when its status is none
 */
export function statusOf(answer: NativeAnswer): number {
  if (typeof answer !== "object" || answer === null) {
    throw new TypeError(`a handler returned ${String(answer)} and no { status, headers, body }`);
  }
  const { status = 200 } = answer;
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new RangeError(`${String(status)} is no status from 200 to 599`);
}

/**
 * The lines of a header, with the empty one behind them.
 *
 * @throws TypeError when a name or a value may not stand there, or is the server's to say
 */
export function fieldsOf({ headers }: NativeAnswer): string {
  let fields = "";
  for (const name in headers) {
    const value = headers[name];
    if (!checkedNames.has(name)) checkName(name);
    if (typeof value !== "string" || noValue.test(value)) {
      throw new TypeError(`the field ${name} cannot have the value ${JSON.stringify(value)}`);
    }
    fields += `${name}: ${value}\r\n`;
  }
  return `${fields}\r\n`;
}

/** @throws TypeError when it is of another type */
export function bodyOf({ body }: NativeAnswer): string | Uint8Array {
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  if (body === undefined || body === null) return "";
  throw new TypeError("a body is a string, a Uint8Array, or null");
}

function checkName(name: string): void {
  if (!token.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name of a field`);
  if (servers.includes(name.toLowerCase())) {
    throw new TypeError(`the server says ${name} itself`);
  }
  if (checkedNames.size < checkedNamesMax) checkedNames.add(name);
}
