import { commandPage } from "./command-page.ts";
import { contenderPages } from "./contender-pages.ts";
import { resultsPage } from "./results-page.ts";
import { scenarioPage } from "./scenario-page.ts";
import { wakerPages } from "./waker-pages.ts";

/** Every page that is made and not written, by its path in the repository. */
export function madePages(): ReadonlyMap<string, string> {
  return new Map([
    ...wakerPages(),
    ...contenderPages(),
    ["docs/scenarios.md", scenarioPage()],
    ["docs/commands.md", commandPage()],
    ["docs/results.md", resultsPage()],
  ]);
}

/** Folders that hold nothing but such pages: what else is in them stands there from before. */
export const madeFolders: readonly string[] = ["docs/wakers", "docs/contenders"];
