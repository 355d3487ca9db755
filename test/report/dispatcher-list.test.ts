import { expect, test } from "bun:test";
import type { Dispatcher } from "../../src/dispatchers/dispatcher.ts";
import { renderDispatcher, renderDispatchers } from "../../src/report/dispatcher-list.ts";
import { plainStyle } from "../../src/report/table.ts";

const courier: Dispatcher = {
  id: "courier",
  title: "Courier",
  summary: "a rider takes the call there, and brings the answer back",
  kind: "thread",
  platforms: ["linux", "darwin"],
  caveat: "riders sleep at night",
  advice: {
    when: "the road is good",
    against: "the horse wants hay",
    code: "ride();\n\nreturn home;",
  },
  parameters: {
    horse: { values: ["grey", "black"], default: "grey", description: "which one is saddled" },
  },
  variants: [{}, { horse: "black" }],
  open: () => Promise.reject(new Error("no courier is sent by a test")),
};
const runner: Dispatcher = {
  ...courier,
  id: "runner",
  kind: "pool",
  parameters: {},
  variants: [],
};

test("without a terminal a dispatcher is a line", () => {
  expect(renderDispatchers([courier, runner], plainStyle, Number.POSITIVE_INFINITY)).toBe(
    [
      "  Dispatcher  Calls go to         Parameters  Summary",
      "  courier     a dedicated thread  horse       a rider takes the call there, and brings the answer back",
      "  runner      a pool              none        a rider takes the call there, and brings the answer back",
    ].join("\n"),
  );
});

test("one in full has what must be known to use it, and its code", () => {
  const { caveat: _, ...plain } = runner;
  expect(renderDispatcher(courier, plainStyle)).toBe(
    [
      "courier: Courier",
      "  a rider takes the call there, and brings the answer back",
      "",
      "  calls go to  a dedicated thread",
      "  platforms    linux, darwin",
      "  all measures courier courier:horse=black",
      "  mind         riders sleep at night",
      "  parameter    horse=grey|black (default: grey): which one is saddled",
      "  use it when  the road is good",
      "  but          the horse wants hay",
      "",
      "  ride();",
      "",
      "  return home;",
    ].join("\n"),
  );
  const short = renderDispatcher(plain, plainStyle);
  expect(short).not.toContain("mind");
  expect(short).not.toContain("all measures");
});
