import type { Html } from "./html.ts";

/** A part of the page that its contents name. */
export type Chapter = {
  /** Unique in the page: what links lead to. */
  readonly id: string;
  readonly name: string;
  readonly body: Html;
};
