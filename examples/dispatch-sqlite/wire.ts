/** What SQLite stores. An integer beyond 2^53 comes back as a bigint. */
export type Value = number | bigint | string | Uint8Array | null;
export type Row = Readonly<Record<string, Value>>;

/** The tags of values: SQLite's own numbers of its types. */
const tags = { integer: 1, real: 2, text: 3, blob: 4, null: 5 } as const;

/**
 * The SQL, a zero byte, and the values: what dispatch-sqlite.c reads.
 *
 * @throws Error when the SQL itself has a zero byte
 */
export function encodeQuery(sql: string, values: readonly Value[]): Uint8Array {
  if (sql.includes("\0")) throw new Error("SQL ends at a zero byte");
  return Buffer.concat([Buffer.from(`${sql}\0`), ...values.map(encodeValue)]);
}

function encodeValue(value: Value): Uint8Array {
  if (value === null) return Uint8Array.of(tags.null);
  if (typeof value === "string") return sized(tags.text, Buffer.from(value));
  if (value instanceof Uint8Array) return sized(tags.blob, value);
  const bytes = Buffer.alloc(9);
  if (typeof value === "bigint" || Number.isSafeInteger(value)) {
    bytes.writeUInt8(tags.integer);
    bytes.writeBigInt64LE(BigInt(value), 1);
  } else {
    bytes.writeUInt8(tags.real);
    bytes.writeDoubleLE(value, 1);
  }
  return bytes;
}

function sized(tag: number, content: Uint8Array): Uint8Array {
  const head = Buffer.alloc(5);
  head.writeUInt8(tag);
  head.writeUInt32LE(content.byteLength, 1);
  return Buffer.concat([head, content]);
}

/** The rows of an answer of dispatch-sqlite.c, as objects by column. */
export function decodeRows(answer: Uint8Array): Row[] {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  let at = 0;

  const take = (size: number) => {
    at += size;
    return bytes.subarray(at - size, at);
  };
  const takeSized = () => take(take(4).readUInt32LE());
  const takeValue = (): Value => {
    switch (take(1).readUInt8()) {
      case tags.integer: {
        const integer = take(8).readBigInt64LE();
        const number = Number(integer);
        return Number.isSafeInteger(number) ? number : integer;
      }
      case tags.real:
        return take(8).readDoubleLE();
      case tags.text:
        return takeSized().toString();
      case tags.blob:
        return new Uint8Array(takeSized());
      default:
        return null;
    }
  };

  const columns = Array.from({ length: take(4).readUInt32LE() }, () => takeSized().toString());
  const rows: Row[] = [];
  while (at < bytes.length) {
    rows.push(Object.fromEntries(columns.map((column) => [column, takeValue()])));
  }
  return rows;
}
