/**
 * Every subcommand in the order in which help lists it, with one line of it. They stand apart from the commands, each of
 * which brings what it measures, so that the overview loads none of them.
 */
export const summaries = {
  compare: "the main job: latency of each waker, contention, a verdict, what to use and how",
  run: "one scenario with all of its flags",
  suite: "every scenario with its defaults, kept after each of them, with a report; --resume",
  diff: "two saved results, with confidence; --fail-on makes a guard of it",
  probe: "which waker works, fails silently or crashes here, each tried in a child process",
  report: "saved results as tables, a page (HTML), pictures (SVG, PNG), Markdown, CSV",
  list: "wakers, dispatchers, scenarios and all else by kind; one by name in full",
  history: "runs that were recorded: list them, show one, see a trend, delete old ones",
  serve: "the HTTP server of the scenarios handlers and fetch, for a second machine",
  doctor: "what on this machine would spoil a measurement, and how to mend it",
  completion: 'completion by TAB: eval "$(wakerbench completion bash)", and for zsh and fish',
} as const;
