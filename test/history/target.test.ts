import { describe, expect, test } from "bun:test";
import { WakerbenchError } from "../../src/errors.ts";
import { describeTarget, historyTarget, withoutSecrets } from "../../src/history/target.ts";

const targetOf = (WAKERBENCH_HISTORY?: string) =>
  historyTarget({ WAKERBENCH_HISTORY, WAKERBENCH_DATA_DIR: "/data" });

describe("the history is kept", () => {
  test("in the data directory, unless it is named", () => {
    expect(targetOf()).toEqual({ kind: "sqlite", path: "/data/history.sqlite" });
    expect(targetOf("")).toEqual({ kind: "sqlite", path: "/data/history.sqlite" });
  });

  test.each([
    ["/var/lib/h.sqlite", "/var/lib/h.sqlite"],
    ["./h.db", "./h.db"],
    ["h.db", "h.db"],
    ["sqlite:///var/h.sqlite", "/var/h.sqlite"],
    ["file:///var/a%20b.sqlite", "/var/a b.sqlite"],
  ])("in a file: %s", (written, path) => {
    expect(targetOf(written)).toEqual({ kind: "sqlite", path });
  });

  test.each(["postgres://me:secret@db/runs", "postgresql://db:5433/runs?sslmode=require"])(
    "in PostgreSQL: %s",
    (url) => {
      expect(targetOf(url)).toEqual({ kind: "postgres", url });
    },
  );

  test.each([
    "mysql://me:secret@db/runs",
    "postgres://me:secret",
    "postgres://",
    "me:secret@db:5432/runs",
    "db:5432/secret",
    "sqlite://",
    "https://secret.example",
  ])("nowhere else: %s is refused, and its password is not printed", (written) => {
    let error: unknown;
    try {
      targetOf(written);
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof WakerbenchError)) throw new Error("it was taken");
    expect(error.code).toBe("USAGE");
    expect(error.message).toContain("WAKERBENCH_HISTORY");
    expect(error.message).not.toContain("secret");
    expect(error.remedy).toContain("postgres://");
  });
});

test("messages name a database without user, password and parameters", () => {
  const url = "postgres://me:s3cr%C3%A9t@db:5433/runs?password=0ther&sslmode=require";
  const target = targetOf(url);
  expect(describeTarget(target)).toBe("postgres://db:5433/runs");
  expect(withoutSecrets(`${url}: no s3cr%C3%A9t, s3cr\u00e9t or 0ther will do`, target)).toBe(
    "***: no ***, *** or *** will do",
  );
});
