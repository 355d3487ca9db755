import { expect, setDefaultTimeout, test } from "bun:test";
import { contendersOf } from "../../src/approaches/parameters.ts";
import { probe } from "../../src/index.ts";
import { renderProbe } from "../../src/probe/table.ts";
import { plainStyle } from "../../src/report/table.ts";
import { wakers } from "../../src/wakers/index.ts";
import { agentsOf, canSeeProcesses } from "../cli/processes.ts";
import { fixture } from "../cli/program.ts";

setDefaultTimeout(180_000);

test("every waker works here and is what the list says of it, and readers are as the page says", async () => {
  const report = await probe();
  const [matrix] = report.runtimes;
  if (matrix === undefined) throw new Error("no runtime was probed");
  const here = wakers.filter(({ traits }) => traits.platforms.includes(process.platform));
  const expected = here.filter(({ id }) => id !== "floor").flatMap(contendersOf);
  expect(matrix.wakers.map(({ contender }) => contender)).toEqual([...expected]);
  for (const { contender, waker, cells, surprises } of matrix.wakers) {
    const { wake, many, flood, returnValue } = cells;
    expect({ contender, wake: wake.verdict, surprises }).toEqual({
      contender,
      wake: "works",
      surprises: [],
    });
    // Datagrams are lost by nature, and what JavaScript alone rings is not flooded.
    if (contender !== "udp") {
      const { traits } = wakers.find(({ id }) => id === waker) ?? {};
      const verdicts = [many.verdict, flood.verdict];
      const flooded = traits?.native === true ? "works" : "untried";
      expect({ contender, verdicts }).toEqual({ contender, verdicts: ["works", flooded] });
    }
    expect({ contender, returns: returnValue.verdict }).toEqual({ contender, returns: "no" });
  }
  const works = matrix.readers.flatMap(({ reader, cells }) =>
    Object.entries(cells).flatMap(([kind, { verdict }]) =>
      verdict === "works" ? [`${reader} ${kind}`] : [],
    ),
  );
  expect(works).toContain("bun-file pipe");
  expect(works).toContain("bun-connect socketpair");
  expect(works).not.toContain("net-socket pipe");
  const text = renderProbe(report, plainStyle);
  for (const name of expected) expect(text).toContain(`\n  ${name} `);
  if (canSeeProcesses) expect(agentsOf(process.pid)).toEqual([]);
});

test("a waker that crashes is a cell, and the others are intact", async () => {
  const crashing = fixture("segfaults");
  const { runtimes } = await probe({ wakers: ["callback", crashing] });
  const rows = runtimes.flatMap((matrix) => matrix.wakers);
  const wakes = rows.map(({ contender, cells }) => [contender, cells.wake.verdict]);
  expect(wakes).toEqual([
    ["callback", "works"],
    [crashing, "crash"],
  ]);
  expect(runtimes.flatMap(({ readers }) => readers)).toEqual([]);
});

test("a probe that is interrupted says what it did not try", async () => {
  const controller = new AbortController();
  const report = await probe({
    wakers: ["pipe", "callback"],
    parallel: 1,
    signal: controller.signal,
    onProgress: ({ done }) => done === 1 && controller.abort(),
  });
  expect(report.partial).toBe(true);
  const [pipe, callback] = report.runtimes[0]?.wakers ?? [];
  expect(pipe?.cells.wake.verdict).toBe("works");
  expect(callback?.cells.wake.verdict).toBe("untried");
});
