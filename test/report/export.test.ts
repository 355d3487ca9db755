import { expect, test } from "bun:test";
import { WakerbenchError } from "../../src/errors.ts";
import { mustBePossible } from "../../src/report/export.ts";
import { exportFormats, type FileFormat } from "../../src/report/index.ts";

const missing: FileFormat = {
  id: "missing",
  extensions: [".missing"],
  render: async () => "",
  async mustBePossible() {
    throw new WakerbenchError("PNG_RENDERER_MISSING", "there is no pen", { remedy: "buy one" });
  },
};

test("what cannot be written on this machine is told before anything is measured", async () => {
  const exports = [{ path: "a.missing", format: missing }];
  expect(await mustBePossible(exports).catch((error) => error)).toMatchObject({
    code: "EXPORT_FAILED",
    message: "--export a.missing: there is no pen",
    remedy: "buy one",
  });
});

test("every format of this checkout can be written", async () => {
  await mustBePossible(exportFormats.map((format) => ({ path: "a", format })));
  expect(exportFormats.filter((one) => "mustBePossible" in one).map(({ id }) => id)).toEqual([
    "png",
  ]);
});
