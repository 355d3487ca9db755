import { describe, expect, test } from "bun:test";
import { renderCsv } from "../../src/report/csv.ts";
import { exportFormats, wholeFormats } from "../../src/report/index.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { resultsSchema } from "../../src/results/schema.ts";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";
import { callsResults, usual } from "./calls.ts";

const pipe = seriesWith({ contender: "pipe", p50sNs: steady(5_000) });
const callback = seriesWith({ contender: "callback", p50sNs: steady(3_000) });
const odd = seriesWith({ contender: './my, "odd"|waker.ts', p50sNs: steady(4_000) });
const crashed = seriesWith({
  contender: "crashing",
  p50sNs: [],
  rest: { status: "crashed", error: "3 of 3 visits: SIGSEGV" },
});
const control = seriesWith({
  contender: "pipe",
  p50sNs: steady(5_000),
  params: { control: "a/a" },
});
const results = resultsWith([pipe, callback, odd, crashed, control]);
const nothing = resultsWith([]);
const calls = callsResults([...usual, { label: "broken", near: "crashed", far: "crashed" }]);

describe.each(wholeFormats.map((format) => [format.id, format] as const))("%s", (_, format) => {
  test("names every contender, also one with a fault", async () => {
    const text = await format.render(results);
    for (const name of ["pipe", "callback", "odd", "crashing", "crashed"]) {
      expect(text).toContain(name);
    }
  });

  test("is the same every time, ends its last line, has no escape codes", async () => {
    const text = await format.render(results);
    expect(await format.render(results)).toBe(text);
    expect(text).toEndWith("\n");
    expect(text).not.toContain("\u001b");
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });

  test("knows calls to a thread, their cases and what became of them", async () => {
    const text = await format.render(calls);
    for (const { contender } of calls.series) expect(text).toContain(contender);
    for (const word of [/throw|exception/, /cancel/, /floor:via=futex/, /lift:wait=adaptive/]) {
      expect(text).toMatch(word);
    }
    expect(text).toEndWith("\n");
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });

  test("renders results without a series", async () => {
    expect(await format.render(nothing)).toEndWith("\n");
  });

  test("has file endings that no other format has", () => {
    const others = exportFormats
      .filter((other) => other !== format)
      .flatMap((other) => other.extensions);
    expect(format.extensions.length).toBeGreaterThan(0);
    for (const extension of format.extensions) {
      expect(extension).toMatch(/^\.[a-z]+$/);
      expect(others).not.toContain(extension);
    }
  });
});

test("JSON is the results themselves", async () => {
  const json = wholeFormats.find(({ id }) => id === "json");
  const text = (await json?.render(results)) ?? "";
  expect(resultsSchema.parse(JSON.parse(text))).toEqual(results);
});

/** A reader of RFC 4180, written from its grammar. */
function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    const [, quoted, plain = "", end] = match;
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    records.push(record);
    record = [];
  }
  return records;
}

describe("CSV", () => {
  test("has a line for each series, the control's too, with as many cells as its header", () => {
    const [header = [], ...lines] = readCsv(renderCsv(results));
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(line).toHaveLength(header.length);
  });

  test("quotes what must be quoted and nothing else", () => {
    const text = renderCsv(results);
    expect(text).toContain('\r\nwake,"./my, ""odd""|waker.ts",bun@1.4.5,');
    expect(text.match(/"/g)).toHaveLength(6);
    expect(readCsv(text)[3]?.[1]).toBe('./my, "odd"|waker.ts');
  });

  test("keeps line breaks inside a cell", () => {
    const broken = resultsWith([{ ...pipe, contender: "two\r\nlines" }]);
    expect(readCsv(renderCsv(broken))[1]?.[1]).toBe("two\r\nlines");
  });

  test("leaves a cell empty where nothing is known", () => {
    const [header = [], ...lines] = readCsv(renderCsv(results));
    const p50 = header.indexOf("p50_ns");
    expect(lines.map((line) => line[p50])).toEqual(["5050", "3030", "4040", "", "5050"]);
    expect(lines[3]?.[header.indexOf("lost")]).toBe("0");
    expect(lines[0]?.[header.indexOf("control")]).toBe("");
    expect(lines[4]?.[header.indexOf("control")]).toBe("a/a");
  });

  test("has each column once", () => {
    const [header = []] = readCsv(renderCsv(results));
    expect(new Set(header).size).toBe(header.length);
  });
});

describe("Markdown", () => {
  const rows = renderMarkdown(results)
    .split("\n")
    .filter((line) => line.startsWith("|"));

  test("has as many cells in each row, with bars in names escaped", () => {
    const cells = rows.map((row) => row.split(/(?<!\\)\|/).length);
    expect(new Set(cells).size).toBe(1);
    expect(rows.join("\n")).toContain('./my, "odd"\\|waker.ts');
  });

  test("lists what went wrong and what must be known", () => {
    const text = renderMarkdown(results);
    expect(text).toContain("\n- **crashing** crashed: 3 of 3 visits: SIGSEGV\n");
    expect(text).toContain("\n- A/A noise: ");
  });

  test("begins no list in a list where a mark is explained", () => {
    const executor = seriesWith({ contender: "executor", p50sNs: steady(8_000) });
    expect(renderMarkdown(resultsWith([pipe, executor]))).toContain("\n- \\* JavaScript only");
  });

  test("says where it was measured", () => {
    const foot = "wakerbench 0.1.0 · bun@1.4.5 · Debian, kernel 6.1 · EPYC, 2 cores\n";
    expect(renderMarkdown(results)).toEndWith(foot);
  });
});

test("Markdown shows a name and an error as they are, and says that results are partial", () => {
  const tag = "</details><img src=x>";
  const named = seriesWith({ contender: tag, p50sNs: steady(4_000) });
  const faulty = { ...crashed, contender: tag, error: tag };
  const text = renderMarkdown({ ...resultsWith([named, faulty]), partial: true });
  expect(text).toContain("| &lt;/details>&lt;img src=x> |");
  expect(text).toMatch(/^- \*\*&lt;.* crashed: &lt;/m);
  expect(text).not.toContain("<");
  expect(text).toStartWith("**Partial results.** The run was interrupted");
  expect(renderMarkdown(results)).not.toContain("Partial");
});
