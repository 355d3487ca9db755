import { expect, test } from "bun:test";
import { plainStyle } from "../../src/report/table.ts";
import { renderWakers } from "../../src/report/waker-list.ts";
import type { Waker } from "../../src/wakers/waker.ts";

const bell: Waker = {
  id: "bell",
  title: "Bell",
  summary: "the thread rings a bell of brass, and the loop hears it from far away",
  traits: {
    kind: "doorbell",
    payload: "sound (of the usual pitch)",
    coalesces: true,
    keepsAlive: false,
    native: true,
    platforms: ["linux"],
  },
  advice: { when: "", against: "", code: "" },
  open: () => ({ wait: () => Promise.resolve(), close: () => {} }),
};

test("without a terminal a waker is a line", () => {
  expect(renderWakers([bell], plainStyle, Number.POSITIVE_INFINITY)).toBe(
    [
      "  Waker  Kind      Payload  Keeps alive  Coalesces  Summary",
      "  bell   doorbell  sound    no           yes        the thread rings a bell of brass, and the loop hears it from far away",
    ].join("\n"),
  );
});

test("on a terminal the summary is wrapped under itself, within its columns", () => {
  const columns = 90;
  const lines = renderWakers([bell], plainStyle, columns).split("\n");
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  const summary = lines.slice(1).map((line) => line.slice(lines[0]?.indexOf("Summary")));
  expect(summary.join(" ")).toBe(bell.summary);
});

test("a terminal too narrow for that wraps by itself", () => {
  expect(renderWakers([bell], plainStyle, 60).split("\n")).toHaveLength(2);
});
