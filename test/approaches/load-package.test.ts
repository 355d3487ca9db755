import { expect, test } from "bun:test";
import { loadPackage } from "../../src/approaches/load-package.ts";

test("a package that is not installed is unsupported, and says what to do", async () => {
  const loading = loadPackage("nopackage", () => import("nopackage" as string));
  await expect(loading).rejects.toMatchObject({
    code: "UNSUPPORTED",
    message: "the package nopackage cannot be loaded",
    remedy: "install it: bun add --dev nopackage",
  });
});
