/**
 * What the page's script uses of a browser. TypeScript's own library of the DOM would change the types of the whole
 * project, whose globals are Bun's.
 */
export type PageElement = {
  readonly clientWidth: number;
  readonly dataset: Record<string, string | undefined>;
  readonly style: { minHeight: string };
  readonly textContent: string | null;
};

type Listener = () => void;

type Browser = {
  readonly document: {
    readonly documentElement: PageElement;
    getElementById(id: string): PageElement | null;
    querySelectorAll(selectors: string): Iterable<PageElement>;
  };
  readonly ResizeObserver: new (changed: Listener) => { observe(element: PageElement): void };
  matchMedia(query: string): {
    readonly matches: boolean;
    addEventListener(event: "change", listener: Listener): void;
  };
  addEventListener(event: "beforeprint" | "afterprint", listener: Listener): void;
};

export const browser = globalThis as unknown as Browser;
