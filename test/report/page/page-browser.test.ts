import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { chartsOf } from "../../../src/report/charts/index.ts";
import { contrast, themes } from "../../../src/report/charts/theme.ts";
import { renderPage } from "../../../src/report/page/page.ts";
import { everyScenario } from "../charts/every-scenario.ts";
import { browserPath, HeadlessBrowser, type Look } from "./browser.ts";

// A browser takes its time to start on a busy machine.
setDefaultTimeout(240_000);

if (browserPath === null) {
  console.warn(
    "skipped: the page is tried in no browser, for there is no chromium (apt install chromium)",
  );
}

const looks: readonly Look[] = [
  { widthPx: 390, scheme: "light" },
  { widthPx: 390, scheme: "dark" },
  { widthPx: 1280, scheme: "light" },
  { widthPx: 1280, scheme: "dark" },
];

/** Pictures of the page in each look: kept where this names a folder, for somebody to look at. */
const kept = process.env.WAKERBENCH_SCREENSHOTS;

const whole = everyScenario();
const warning = { code: "LOAD", message: "other programs are running", remedy: "end them" };
const results = {
  ...whole,
  partial: true,
  environment: { ...whole.environment, warnings: [warning] },
};
const charts = chartsOf(results);

describe.skipIf(browserPath === null)("the page in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "wakerbench-page-"));
  const path = join(folder, "report.html");
  let browser: HeadlessBrowser;

  beforeAll(async () => {
    writeFileSync(path, await renderPage(results));
    if (kept !== undefined) mkdirSync(kept, { recursive: true });
    browser = await HeadlessBrowser.launch();
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(looks)("$widthPx pixels, $scheme: is whole, quiet and readable", async (look) => {
    const { page, complaints } = await browser.open(path, look);
    const name = join(kept ?? folder, `report-${look.widthPx}-${look.scheme}.png`);
    await page.screenshot({ path: name as `${string}.png`, fullPage: true });
    expect(await widthsOf(page)).toEqual({ page: look.widthPx, window: look.widthPx });
    const inks = await inksOf(page);
    expect(inks.map(({ id }) => id)).toEqual(charts.map(({ id }) => id));
    for (const { id, shapes, texts, isInside } of inks) {
      expect(`${id} ${shapes > 3 && texts > 1 && isInside}`).toBe(`${id} true`);
    }
    for (const { where, ink, ground } of await coloursOf(page)) {
      const ratio = contrast(ink, ground);
      expect(`${where} ${ink} on ${ground}: ${ratio >= 4.5}`).toEndWith("true");
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("charts follow the window and the scheme, and say more where the mouse is", async () => {
    const { page, complaints } = await browser.open(path, { widthPx: 1280, scheme: "light" });
    const before = await inksOf(page);
    await page.setViewport({ width: 390, height: 900 });
    await page.waitForFunction("document.querySelector('.plot svg').clientWidth < 390");
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
    const { ink } = themes.light;
    await page.waitForFunction(`document.querySelector('.plot text[fill="${ink}"]') === null`);
    const narrow = await inksOf(page);
    expect(narrow.every(({ isInside }) => isInside)).toBe(true);
    const changed = narrow.filter(({ colours }, index) => colours !== before[index]?.colours);
    expect(changed).toHaveLength(charts.length);
    await page.hover("[data-chart='wake-distribution-same-core'] svg");
    await page.waitForFunction("document.querySelectorAll('.plot > div').length > 1");
    const [first] = charts.filter(({ id }) => id === "wake-distribution-same-core");
    const told = await page.$eval("[data-chart='wake-distribution-same-core']", (box) =>
      String(box.textContent),
    );
    expect(told).toContain(first?.cells[1]?.[0] ?? "nothing");
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("the figures of a chart open by keyboard, and all of the page can be reached", async () => {
    const { page } = await browser.open(path, { widthPx: 390, scheme: "light" });
    await page.focus("details summary");
    await page.keyboard.press("Enter");
    const isOpen = "document.querySelector('details').open";
    expect(await page.evaluate(isOpen)).toBe(true);
    const rows = "document.querySelector('details').querySelectorAll('tbody tr').length";
    expect(await page.evaluate(rows)).toBe((charts[0]?.cells.length ?? 0) - 1);
    await page.keyboard.press("Enter");
    expect(await page.evaluate(isOpen)).toBe(false);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.matches('a, summary, .scroll, pre')")).toBe(
      true,
    );
    await page.close();
  });

  test("without scripts it has still pictures of all charts", async () => {
    const page = await browser.openWithoutScripts(path);
    const drawn = await page.$$eval("noscript img", (images) =>
      images.map((image) => Reflect.get(image, "naturalWidth") as number),
    );
    expect(drawn).toHaveLength(charts.length);
    // A picture that the browser cannot read has no width.
    for (const widthPx of drawn) expect(widthPx).toBeGreaterThan(300);
    await page.close();
  });
});

/** How wide the page is, and the window: more than that would have to be scrolled. */
async function widthsOf(page: Page): Promise<{ page: number; window: number }> {
  return (await page.evaluate(
    "({ page: document.documentElement.scrollWidth, window: innerWidth })",
  )) as { page: number; window: number };
}

type Ink = {
  readonly id: string;
  readonly shapes: number;
  readonly texts: number;
  /** Whether no word is cut off by the edge of its drawing. */
  readonly isInside: boolean;
  readonly colours: string;
};

/** What each chart has drawn. */
async function inksOf(page: Page): Promise<Ink[]> {
  return (await page.evaluate(`[...document.querySelectorAll("[data-chart]")].map((box) => {
    const edge = box.getBoundingClientRect();
    const texts = [...box.querySelectorAll("svg text")];
    return {
      id: box.dataset.chart,
      shapes: box.querySelectorAll("svg path, svg circle, svg polyline, svg rect").length,
      texts: texts.length,
      isInside: texts.every((text) => {
        const { left, right } = text.getBoundingClientRect();
        return left >= edge.left - 1 && right <= edge.right + 1;
      }),
      colours: [...new Set(texts.map((text) => text.getAttribute("fill")))].sort().join(),
    };
  })`)) as Ink[];
}

type Colour = { readonly where: string; readonly ink: string; readonly ground: string };

/** The colours of every kind of text, as the browser has come to them, against what lies behind it. */
async function coloursOf(page: Page): Promise<Colour[]> {
  const found = (await page.evaluate(`(() => {
    const hex = (colour) => "#" + colour.match(/\\d+/g).slice(0, 3).map((part) => Number(part).toString(16).padStart(2, "0")).join("");
    const groundOf = (element) => {
      const colour = getComputedStyle(element).backgroundColor;
      const isClear = colour === "transparent" || colour.endsWith(", 0)");
      return isClear && element.parentElement !== null ? groundOf(element.parentElement) : colour;
    };
    const kinds = new Map();
    for (const element of document.querySelectorAll("body *:not(script, noscript, svg, svg *, .plot *)")) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
      if (!hasText) continue;
      const ink = hex(getComputedStyle(element).color);
      const ground = hex(groundOf(element));
      kinds.set(ink + ground, { where: element.tagName + "." + element.className, ink, ground });
    }
    return [...kinds.values()];
  })()`)) as Colour[];
  expect(found.length).toBeGreaterThan(3);
  return found;
}
