import { test } from "bun:test";
import { dispatchers } from "../../src/dispatchers/index.ts";
import { expectCodeToCompile } from "../advice.ts";

test("the code to paste of every dispatcher has no fault that the compiler sees", () => {
  expectCodeToCompile(dispatchers);
}, 60_000);
