import type { Approach } from "../approaches/approach.ts";
import { dispatchers } from "../dispatchers/index.ts";
import { fetchers } from "../fetchers/index.ts";
import { handlers } from "../handlers/index.ts";
import { libraries } from "../libraries/index.ts";
import { approachFacts, type Fact, parameterFacts } from "../report/approach-list.ts";
import { dispatcherFacts } from "../report/dispatcher-list.ts";
import { ended, fence, page, sentence, table } from "./markdown.ts";

/** What the contenders of one kind have in common, for the head of their page. */
type Kind = {
  /** As `list` names them, and the folder of their sources. */
  readonly name: string;
  readonly title: string;
  readonly intro: string;
  readonly sections: readonly string[];
};

/** A page for each kind of contender but wakers, which have a page each. */
export function contenderPages(): readonly (readonly [path: string, text: string])[] {
  const kinds: readonly Kind[] = [
    {
      name: "dispatchers",
      title: "Dispatchers",
      intro:
        "A dispatcher is one way to call a thread and await its answer. `wakerbench run dispatch` measures them; [dispatch.md](../dispatch.md) says how to read the figures.",
      sections: dispatchers.map((one) => section(one, dispatcherFacts(one))),
    },
    {
      name: "libraries",
      title: "Libraries",
      intro:
        "A library is one way to write concurrent programs. `wakerbench run spawn`, `io`, `cancel` and `mixed` measure them; [workloads.md](../workloads.md) says how, [concurrency.md](../concurrency.md) how each thinks.",
      sections: libraries.map((one) => section(one, approachFacts(one))),
    },
    {
      name: "handlers",
      title: "Handlers",
      intro:
        "A handler is one way to answer requests. `wakerbench run handlers` puts a load on them, handlers of one kind in one table; [workloads.md](../workloads.md#handlers) says how.",
      sections: handlers.map((one) => section(one, [["kind", one.kind], ...approachFacts(one)])),
    },
    {
      name: "fetchers",
      title: "Fetchers",
      intro:
        "A fetcher is one way to make many requests, run as a whole process. `wakerbench run fetch` measures them; [workloads.md](../workloads.md#fetch) says how.",
      sections: fetchers.map((one) => section(one, approachFacts(one))),
    },
  ];
  return kinds.map((kind) => [`docs/contenders/${kind.name}.md`, pageOf(kind)]);
}

function pageOf({ name, title, intro, sections }: Kind): string {
  return page(`src/${name}`, [
    `# ${title}`,
    intro,
    `\`wakerbench list ${name} NAME\` prints the same of one of them.`,
    ...sections,
  ]);
}

function section(approach: Approach, traits: readonly Fact[]): string {
  const { id, title, summary, advice } = approach;
  const facts = [...traits, ...parameterFacts(approach)];
  return [
    `## ${id}`,
    `_${title}._ ${sentence(summary)}`,
    `**Use it when** ${ended(advice.when)}\n\n**But** ${ended(advice.against)}`,
    ...(facts.length === 0 ? [] : [table([["Trait", ""], ...facts])]),
    fence("ts", advice.code),
  ].join("\n\n");
}
