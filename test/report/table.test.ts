import { describe, expect, test } from "bun:test";
import { plainStyle, renderCells, renderNote } from "../../src/report/table.ts";

const cells = [
  ["Name", "Alpha", "Beta", "Gamma"],
  ["one", "1", "22", "333"],
  ["two ×", "4", "55", "666"],
];

/** The tables that came of it, a list of lines each. */
function tables(columns?: number): string[][] {
  const text = renderCells(cells, { ...plainStyle, columns });
  return text.split("\n\n").map((table) => table.split("\n"));
}

describe("a table", () => {
  test("is one where there is room, or no terminal", () => {
    const whole = [
      ["  Name   Alpha  Beta  Gamma", "  one        1    22    333", "  two ×      4    55    666"],
    ];
    expect(tables()).toEqual(whole);
    expect(tables(27)).toEqual(whole);
  });

  test("that is too wide is cut between columns, and each part names the rows", () => {
    expect(tables(26)).toEqual([
      ["  Name   Alpha  Beta", "  one        1    22", "  two ×      4    55"],
      ["  Name   Gamma", "  one      333", "  two ×    666"],
    ]);
    expect(tables(15)).toHaveLength(3);
  });

  test("has a column in each part, however narrow the terminal", () => {
    const narrow = tables(1);
    expect(narrow.map(([header]) => header)).toEqual([
      "  Name   Alpha",
      "  Name   Beta",
      "  Name   Gamma",
    ]);
  });
});

test("a note is wrapped under itself, and is a line where there is no terminal", () => {
  const note = "! ring: of 30,000 calls 3 lost, 6 duplicated";
  expect(renderNote(note, plainStyle)).toBe(`  ${note}`);
  expect(renderNote(note, { ...plainStyle, columns: 30 })).toBe(
    "  ! ring: of 30,000 calls 3\n    lost, 6 duplicated",
  );
});
