import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { spread } from "../../../src/report/charts/spread.ts";

test("places that are far enough from one another stay where they are", () => {
  expect(spread([50, 10, 30], 14, 100)).toEqual([50, 10, 30]);
});

test("places that touch move apart around their mean", () => {
  expect(spread([50, 50], 14, 100)).toEqual([43, 57]);
});

test("whatever the places, neighbours keep their distance, their order and the room", () => {
  const places = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { maxLength: 25 });
  fc.assert(
    fc.property(places, (wanted) => {
      const moved = spread(wanted, 14, 400);
      const order = wanted.map((place, index) => ({ place, index }));
      order.sort((one, other) => one.place - other.place);
      const ranked = order.map(({ index }) => moved[index] ?? Number.NaN);
      for (const [rank, place] of ranked.entries()) {
        expect(place).toBeGreaterThanOrEqual(-1e-6);
        expect(place).toBeLessThanOrEqual(400 + 1e-6);
        expect(place - (ranked[rank - 1] ?? -14)).toBeGreaterThanOrEqual(14 - 1e-6);
      }
    }),
  );
});
