import { expect, test } from "bun:test";
import { browserCommand } from "../../src/terminal/show-report.ts";

const path = "/reports/one two.html";

test("BROWSER names what shows a page, as other programs read it", () => {
  const named = (BROWSER: string) => browserCommand(path, { BROWSER }, "linux");
  expect(named("firefox")).toEqual(["firefox", path]);
  expect(named("firefox:w3m")).toEqual(["firefox", path]);
  expect(named("chromium --new-window %s")).toEqual(["chromium", "--new-window", path]);
});

test("without it the desktop does, where there is one", () => {
  expect(browserCommand(path, {}, "darwin")).toEqual(["open", path]);
  expect(browserCommand(path, { DISPLAY: ":0" }, "linux")).toEqual(["xdg-open", path]);
  expect(browserCommand(path, { WAYLAND_DISPLAY: "wayland-0" }, "linux")).toEqual([
    "xdg-open",
    path,
  ]);
  expect(browserCommand(path, {}, "linux")).toBeNull();
  expect(browserCommand(path, { BROWSER: "", DISPLAY: "" }, "linux")).toBeNull();
});
