import { describe, expect, test } from "bun:test";
import { type Diff, diffSchema } from "../../src/diff/schema.ts";
import { diff } from "../../src/diff.ts";
import { diffFormats } from "../../src/report/diff-formats.ts";
import { plainStyle } from "../../src/report/table.ts";
import type { Series } from "../../src/results/schema.ts";
import { again, measured, withP99, withSeries } from "../diff/changed.ts";
import { resultsWith, seriesWith, steady } from "../results/fake-series.ts";

const slower = seriesWith({ contender: './my, "odd"|waker.ts', p50sNs: steady(5_000) });
const crashed: Series = {
  ...slower,
  contender: "crashing",
  status: "crashed",
  error: "9 %\nSIGSEGV",
};
const others = Array.from({ length: 70 }, (_, index) =>
  seriesWith({ contender: `same-${index}`, p50sNs: steady(3_000) }),
);
const gone = seriesWith({ contender: "gone", p50sNs: steady(1_000) });
const base = resultsWith([
  seriesWith({ contender: slower.contender, p50sNs: steady(4_000) }),
  seriesWith({ contender: crashed.contender, p50sNs: steady(4_000) }),
  ...others,
  gone,
]);
const next = again(resultsWith([slower, crashed, ...others]));
const found = diff(base, next, { failOn: ["p50>5%", "p99>5%", "failed"] });
const same = diff(measured, measured);

function render(id: string, one = found): Promise<string> {
  const format = diffFormats.find((known) => known.id === id);
  if (format === undefined) throw new Error(`no format ${id}`);
  return format.render(one, plainStyle);
}

describe.each(diffFormats.map(({ id }) => id))("%s", (id) => {
  test("names what changed and what fails, ends its last line, has no escape codes", async () => {
    const text = await render(id);
    for (const name of ["odd", "crashing", "SIGSEGV", "p50"]) expect(text).toContain(name);
    expect(text).toEndWith("\n");
    expect(text).not.toContain("\u001b");
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });

  test("says of a limit that no row could decide that nothing is known", async () => {
    const text = await render(id);
    if (id === "json") expect(text).toContain('"untold"');
    else expect(text).toContain("NO row could decide");
  });
});

test("JSON is the comparison itself", async () => {
  expect(diffSchema.parse(JSON.parse(await render("json")))).toEqual(found);
});

describe("the table", () => {
  test("has a row for each contender and ends with the outcome", async () => {
    const text = await render("table");
    for (const { contender } of others) expect(text).toContain(`  ${contender} (same-core) `);
    expect(text).toMatch(/odd.*4\.0\d µs +5\.0\d µs +1\.25 × +1\.2\d–1\.2\d +slower/);
    expect(text).toMatch(/crashing.*fails now/);
    expect(text).toContain("only in BASE: wake gone (same-core)");
    expect(text).toContain("up to 4 may look as if there was one");
    expect(text).toEndWith(
      "p50>5% broken in 1 row; failed broken in 1 row; by what decides of 72 rows 1 fails now, 1 slower.\n",
    );
  });

  test("of a run and itself says so", async () => {
    const text = await render("table", same);
    expect(text).toContain("dispatch: time per call decides");
    expect(text).toContain("both files hold the same run");
    expect(text).toEndWith(`No difference seen in ${measured.series.length} rows.\n`);
  });
});

describe("the outcome", () => {
  const outcomeOf = async (one: Diff) => (await render("table", one)).trimEnd().split("\n").at(-1);

  test("tells of a tail that changed where nothing that decides did", async () => {
    const slowTail = withSeries(measured, withP99(1.2, "rounds"));
    expect(await outcomeOf(diff(measured, slowTail))).toMatch(
      /^By what decides no difference seen in \d+ rows; other figures differ in \d+\.$/,
    );
  });

  test("tells of what fails no more, and where nothing can be told", async () => {
    const failing = resultsWith([crashed]);
    const working = resultsWith([seriesWith({ contender: "crashing", p50sNs: steady(4_000) })]);
    expect(await outcomeOf(diff(failing, again(working)))).toBe("Of 1 row 1 fails no more.");
    expect(await outcomeOf(diff(failing, again(failing)))).toBe("None of 1 row can be told.");
  });
});

describe("Markdown", () => {
  test("begins with the outcome and what changed; all rows are folded away", async () => {
    const text = await render("markdown");
    const [head = "", folded = ""] = text.split("<details>");
    expect(head).toStartWith("### wakerbench: p50>5% broken in 1 row");
    expect(head).toContain("- **p50&gt;5%** wake");
    expect(head).toContain('| ./my, "odd"\\|waker.ts (same-core) |');
    expect(head.indexOf("| crashing")).toBeLessThan(head.indexOf("| ./my"));
    expect(head).not.toContain("| same-7 ");
    expect(folded).toContain("| same-7 (same-core) |");
    expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0);
  });

  test("has no tag of a name or an error", async () => {
    const tag = "</details><img src=x>";
    const named = seriesWith({ contender: tag, p50sNs: steady(4_000) });
    const failing: Series = { ...crashed, contender: tag, error: tag };
    const limited = diff(
      resultsWith([named, { ...gone, contender: `${tag}2` }]),
      again(resultsWith([failing])),
      {
        failOn: ["failed"],
      },
    );
    const text = await render("markdown", limited);
    expect(text).toContain("only in BASE: wake &lt;/details&gt;");
    expect(text).toContain("crashed: &lt;/details&gt;");
    expect(text).not.toContain("<img");
    expect(text.match(/<\/details>/g)).toHaveLength(1);
  });

  test("fits a comment, whatever there is to say", async () => {
    const rows = Array.from({ length: 9 }, () => found.rows).flat();
    const text = await render("markdown", { ...found, rows });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain("too long for a comment");
    expect(text).toContain("| crashing");
  });
});

describe("GitHub's annotations", () => {
  test("are an error for each row that a limit is broken in, and escaped", async () => {
    const lines = (await render("github")).trimEnd().split("\n");
    for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) title=[^:,\r]+::./);
    const errors = lines.filter((line) => line.startsWith("::error"));
    expect(errors).toHaveLength(2);
    expect(errors[0]).toContain("::error title=wakerbench p50>5%25::wake ./my, ");
    expect(errors[1]).toContain("crashing (same-core): crashed: 9 %25%0ASIGSEGV");
    expect(lines.at(-1)).toStartWith("::notice title=wakerbench::p50>5%25 broken in 1 row");
  });

  test("warn of a contender that is gone", async () => {
    expect(await render("github")).toContain(
      "::warning title=wakerbench::only in BASE: wake gone (same-core)\n",
    );
  });

  test("are no more than GitHub shows, and say how many more there are", async () => {
    const worse = withSeries(measured, withP99(1.2, "rounds"));
    const many = diff(measured, worse, { failOn: ["p99>5%", "p99>10%"] });
    const text = await render("github", many);
    expect(text.match(/^::error/gm)).toHaveLength(10);
    expect(text).toContain(`and ${2 * measured.series.length - 9} more`);
  });

  test("of a run and itself are one notice", async () => {
    expect(await render("github", same)).toBe(
      `::notice title=wakerbench::no difference seen in ${measured.series.length} rows\n`,
    );
  });
});
