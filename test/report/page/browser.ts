import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import type { Scheme } from "../../../src/report/charts/chart.ts";

const programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The browser that pages are tried in; null: there is none, and a test says so. */
export const browserPath = programs.map((name) => Bun.which(name)).find(Boolean) ?? null;

export type Look = { readonly widthPx: number; readonly scheme: Scheme };

/** A page that was opened, and all that a reader would not want of it. */
export type Opened = {
  readonly page: Page;
  /** What it said to its console, threw, or asked for beyond its own file; a line each. */
  readonly complaints: readonly string[];
};

/** A headless browser with a profile of its own, which is removed with it. */
export class HeadlessBrowser implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #profile: string;

  private constructor(browser: Browser, profile: string) {
    this.#browser = browser;
    this.#profile = profile;
  }

  static async launch(): Promise<HeadlessBrowser> {
    const profile = mkdtempSync(join(tmpdir(), "wakerbench-browser-"));
    const args = ["--headless=new", "--hide-scrollbars", "--force-device-scale-factor=1"];
    // Chromium's sandbox refuses to run as root, as a container of a CI service mostly does, and Ubuntu 24.04 keeps from
    // any but packaged browsers what it needs: GitHub's runners have one that is none. The page is our own.
    if (process.getuid?.() === 0 || process.env.CI !== undefined) args.push("--no-sandbox");
    try {
      const browser = await puppeteer.launch({
        executablePath: browserPath ?? "",
        userDataDir: profile,
        timeout: 120_000,
        protocolTimeout: 120_000,
        args,
      });
      return new HeadlessBrowser(browser, profile);
    } catch (error) {
      rmSync(profile, { recursive: true, force: true });
      throw error;
    }
  }

  /** Opens a file and waits until its charts are drawn. */
  async open(path: string, { widthPx, scheme }: Look): Promise<Opened> {
    const page = await this.#browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`thrown: ${error}`));
    page.on("request", (request) => {
      const url = request.url();
      if (url !== `file://${path}` && !url.startsWith("data:"))
        complaints.push(`asked for: ${url}`);
    });
    await page.setViewport({ width: widthPx, height: 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.goto(`file://${path}`, { timeout: 120_000 });
    await page.waitForSelector("html[data-drawn]", { timeout: 120_000 });
    return { page, complaints };
  }

  /** Opens a file as a reader does who runs no scripts. */
  async openWithoutScripts(path: string): Promise<Page> {
    const page = await this.#browser.newPage();
    await page.setJavaScriptEnabled(false);
    await page.goto(`file://${path}`, { timeout: 120_000 });
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}
