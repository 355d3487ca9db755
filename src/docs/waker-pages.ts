import { contendersOf } from "../approaches/parameters.ts";
import { parameterFacts } from "../report/approach-list.ts";
import { wakerFacts } from "../report/waker-list.ts";
import { wakers } from "../wakers/index.ts";
import type { Waker } from "../wakers/waker.ts";
import { code, ended, fence, page, sentence, table } from "./markdown.ts";
import { probed } from "./support-matrix.ts";

const folder = "docs/wakers";

/** A page for each waker, and one that lists them, by path. */
export function wakerPages(): readonly (readonly [path: string, text: string])[] {
  return [
    [`${folder}/README.md`, overview()],
    ...wakers.map((waker) => [`${folder}/${waker.id}.md`, pageOf(waker)] as const),
  ];
}

function overview(): string {
  const header = ["Waker", "Kind", "Payload", "Keeps the process alive", "Coalesces", "In a line"];
  const rows = wakers.map(({ id, summary, traits }) => [
    `[${id}](${id}.md)`,
    traits.kind,
    traits.payload,
    traits.keepsAlive ? "yes" : "no",
    traits.coalesces ? "yes" : "no",
    summary,
  ]);
  return page("src/wakers", [
    "# Wakers",
    "A waker is one way in which a native thread makes the event loop run JavaScript. A _message_ arrives with its number; a _doorbell_ says only that something happened, and what happened waits in a queue of yours. `wakerbench compare all` measures all that this machine has.",
    table([header, ...rows]),
    "[Choose one](../recipes/choose-a-waker.md), see [what works where](../probe.md), or [bring your own](../recipes/measure-your-own.md).",
  ]);
}

function pageOf(waker: Waker): string {
  const { id, title, summary, advice } = waker;
  const source = `src/wakers/${id}.ts`;
  const facts = [...wakerFacts(waker), ...parameterFacts(waker)];
  const beside = id === "callback" ? "pipe" : "callback";
  const isFloor = id === "floor";
  return page(source, [
    `# ${id}: ${title}`,
    sentence(summary),
    `**Use it when** ${ended(advice.when)}\n\n**But** ${ended(advice.against)}`,
    table([["Trait", ""], ...facts]),
    "## Its code",
    fence("ts", advice.code),
    probed(id),
    "## Measure it",
    fence(
      "sh",
      [
        `wakerbench compare ${[...contendersOf(waker), ...(isFloor ? [] : [beside])].join(" ")}`,
        ...(isFloor ? [] : [`wakerbench probe ${id}`]),
      ].join("\n"),
    ),
    `The waker itself: ${code(source)}, [its source](../../${source}). [All wakers](README.md).`,
  ]);
}
