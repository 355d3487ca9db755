import { describe, expect, test } from "bun:test";
import { chartsOf } from "../../../src/report/charts/index.ts";
import { renderPage } from "../../../src/report/page/page.ts";
import { tableGroups } from "../../../src/report/table-groups.ts";
import type { Results } from "../../../src/results/schema.ts";
import { resultsWith, seriesWith, steady } from "../../results/fake-series.ts";
import { everyScenario } from "../charts/every-scenario.ts";

/** What a parser of HTML makes of a page: elements by name with their attributes, and the text of each kind. */
function parse(page: string) {
  const elements: { readonly tag: string; readonly attributes: Map<string, string> }[] = [];
  let text = "";
  new HTMLRewriter()
    .on("*", {
      element({ tagName, attributes }) {
        elements.push({ tag: tagName, attributes: new Map(attributes) });
      },
    })
    .on("main *", {
      text(chunk) {
        text += chunk.text;
      },
    })
    .transform(page);
  const named = (tag: string) => elements.filter((element) => element.tag === tag);
  return { elements, named, text };
}

/** The text of the element of a script, as a browser has it. */
function scripts(page: string): { readonly data: string; readonly code: string } {
  const [, data = ""] = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(page) ?? [];
  const [, code = ""] = /<script type="module">(.*?)<\/script>/s.exec(page) ?? [];
  return { data, code };
}

const whole = everyScenario();
const page = await renderPage(whole);

describe("the page", () => {
  test("is one file: it refers to nothing outside of it, and may run its own script alone", () => {
    const { elements, named } = parse(page);
    const references = elements.flatMap(({ attributes }) =>
      ["src", "href", "srcset", "action", "data", "poster"].flatMap(
        (name) => attributes.get(name) ?? [],
      ),
    );
    expect(references.length).toBeGreaterThan(5);
    for (const reference of references) expect(reference).toMatch(/^(#|data:)/);
    expect(named("style")).toHaveLength(1);
    const [, style = ""] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    expect(style.length).toBeGreaterThan(1_000);
    expect(style).not.toMatch(/@import|url\(/);
    const [policy] = named("meta").flatMap(({ attributes }) =>
      attributes.get("http-equiv") === "Content-Security-Policy" ? [attributes.get("content")] : [],
    );
    const hash = new Bun.CryptoHasher("sha256").update(scripts(page).code).digest("base64");
    expect(policy?.replaceAll("&#39;", "'")).toContain("default-src 'none'");
    expect(policy).toContain(`script-src &#39;sha256-${hash}&#39;`);
  });

  test("stays below 2 MB for all scenarios", () => {
    expect(Buffer.byteLength(page)).toBeLessThan(2e6);
  });

  test("has each chart three times: for its script, as a still picture and as a table", () => {
    const charts = chartsOf(whole);
    const { named } = parse(page);
    expect(charts.length).toBeGreaterThan(10);
    const drawn = named("div").flatMap(({ attributes }) => attributes.get("data-chart") ?? []);
    expect(drawn).toEqual(charts.map(({ id }) => id));
    const data = JSON.parse(scripts(page).data) as {
      readonly id: string;
      readonly data: unknown;
    }[];
    expect(data.map(({ id, data }) => [id, data])).toEqual(
      charts.map(({ id, data }) => [id, data]),
    );
    const stills = [...page.matchAll(/<noscript><img src="data:image\/svg\+xml,([^"]*)"/g)];
    const pictures = stills.map(([, encoded = ""]) => decodeURIComponent(encoded));
    expect(pictures).toHaveLength(charts.length);
    for (const [index, { title }] of charts.entries()) {
      expect(pictures[index]?.startsWith("<svg ")).toBe(true);
      expect(pictures[index]?.includes(`>${title}</title>`)).toBe(true);
    }
    expect(named("details")).toHaveLength(charts.length);
  });

  test("has every table of the terminal, with each of its cells", () => {
    const { named, text } = parse(page);
    const grids = tableGroups(whole).flatMap(({ blocks }) =>
      blocks.flatMap((block) => block.grids),
    );
    expect(named("table")).toHaveLength(grids.length + chartsOf(whole).length);
    const words = text.replace(/&#39;/g, "'").replace(/&lt;/g, "<").replace(/&gt;/g, ">");
    for (const cell of grids.flat(2)) expect(words).toContain(cell);
  });

  test("says what was run and where, and that it is whole", () => {
    const { text } = parse(page);
    for (const fact of [whole.environment.cpu, whole.environment.runtime, String(whole.seed)]) {
      expect(text).toContain(fact);
    }
    expect(text).not.toContain("Partial results");
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });

  test("names in its contents every chapter, and each once", () => {
    const { elements, named } = parse(page);
    const ids = elements.flatMap(({ attributes }) => attributes.get("id") ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = named("a").map(({ attributes }) => attributes.get("href")?.slice(1) ?? "");
    for (const target of targets) expect(ids).toContain(target);
    for (const scenario of new Set(whole.series.map((one) => one.scenario))) {
      expect(targets).toContain(scenario);
    }
  });
});

describe("what others wrote", () => {
  const evil = `</script><script>alert("1")</script><img src=x onerror='alert(2)'>]]>&amp;<!--`;
  const hostile: Results = {
    ...resultsWith([
      seriesWith({ contender: `./${evil}.ts`, p50sNs: steady(3_000) }),
      seriesWith({
        contender: "crashing",
        p50sNs: [],
        rest: { status: "crashed", error: `1 of 3 visits: ${evil}` },
      }),
    ]),
    command: ["compare", evil],
  };
  const { environment } = hostile;
  const warnings = [{ code: "X", message: evil, remedy: evil }];

  test("stays text wherever it stands", async () => {
    const told = { ...hostile, environment: { ...environment, cpu: evil, os: evil, warnings } };
    const dangerous = await renderPage(told);
    const { named, elements, text } = parse(dangerous);
    expect(named("script")).toHaveLength(2);
    expect(elements.filter(({ attributes }) => attributes.has("onerror"))).toEqual([]);
    expect(named("img").every(({ attributes }) => attributes.get("src")?.startsWith("data:"))).toBe(
      true,
    );
    const { data } = scripts(dangerous);
    expect(JSON.stringify(JSON.parse(data))).toContain("alert");
    expect(data).not.toContain("<");
    expect(text).toContain("&lt;/script&gt;");
    // In a noscript that is text nothing but its own end may end it.
    expect(dangerous.match(/<\/noscript>/g)).toHaveLength(named("noscript").length);
    expect(dangerous.match(/<\/style/g)).toHaveLength(1);
  });
});

describe("a page of little", () => {
  test("tells of faults, and marks their rows", async () => {
    const crashed = seriesWith({
      contender: "crashing",
      p50sNs: [],
      rest: { status: "crashed", error: "3 of 3 visits: SIGSEGV" },
    });
    const pipe = seriesWith({ contender: "pipe", p50sNs: steady(5_000) });
    const told = await renderPage(resultsWith([pipe, crashed]));
    const said = '<li class="fault">crashing: crashed: 3 of 3 visits: SIGSEGV</li>';
    expect(told.includes(said)).toBe(true);
    expect(told.includes('<th scope="row">crashing<span class="mark"')).toBe(true);
    expect(told.includes('<th scope="row">pipe<span class="mark"')).toBe(false);
  });

  test("marks a row that loses wakes, by its plain name", async () => {
    const lossy = whole.series.map((one) =>
      one.scenario === "burst" && one.contender === "pipe"
        ? { ...one, audit: { ...one.audit, sent: 4, lost: 2 } }
        : one,
    );
    const told = await renderPage({ ...whole, series: lossy });
    expect(/<th scope="row">pipe(?: ‡)?, loses \d+ %<span class="mark"/.test(told)).toBe(true);
  });

  test("tells wakers from dispatchers of the same name, and shows code as code", () => {
    const { text } = parse(page);
    expect(text).toContain("When to use each waker");
    expect(text).toContain("When to use each way to call a thread");
    expect(text).not.toContain("`");
  });

  test("tells the verdict of each scenario of several, and of one that failed or was cut why", async () => {
    const record = { startedAt: whole.startedAt, durationMs: 1, error: null };
    const scenarios = [
      { ...record, id: "wake", status: "cut" },
      { ...record, id: "fetch", status: "failed", error: "port 80 <is> taken" },
    ] as const;
    const wakes = whole.series.filter(({ scenario }) => scenario === "wake");
    const told = await renderPage({ ...whole, scenarios: [...scenarios], series: wakes });
    expect(told.includes('<dt><a href="#wake">wake</a> <span class="mark">cut</span></dt>')).toBe(
      true,
    );
    expect(told.includes('<dt>fetch <span class="mark">failed</span></dt>')).toBe(true);
    expect(told.includes("could not be measured: port 80 &lt;is&gt; taken")).toBe(true);
  });

  test("says that it is partial, and renders without any series", async () => {
    const partial = await renderPage({ ...resultsWith([]), partial: true });
    const { text } = parse(partial);
    expect(text).toContain("Partial results");
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });
});
