import { expect, test } from "bun:test";
import { contendersOf } from "../../src/approaches/parameters.ts";
import { compare } from "../../src/index.ts";
import { wakers } from "../../src/wakers/index.ts";

test("all is every waker of this platform in all its variants, and each hears every wake", async () => {
  const parameters = { rounds: "1", wakes: "20", "warmup-wakes": "2", placement: "any" };
  const { series } = await compare({ contenders: ["all"], parameters, time: "60s", seed: 1 });
  const rows = series.filter(
    ({ params, waker }) => params.control === undefined && waker !== "floor",
  );
  const here = wakers.filter(({ traits }) => traits.platforms.includes(process.platform));
  const expected = here.filter(({ id }) => id !== "floor").flatMap(contendersOf);
  expect(rows.map(({ contender }) => contender)).toEqual([...expected]);
  for (const { contender, status, audit } of rows) {
    expect({ contender, status, lost: audit.lost }).toEqual({ contender, status: "ok", lost: 0 });
  }
}, 120_000);
