import { bench, group, measure, run, summary } from "mitata";
import { wantsColour } from "../src/terminal/output.ts";

/** One function whose call is measured. What it returns is kept, so that no compiler drops the call. */
export type Subject = { readonly name: string; readonly call: () => unknown };

/** Subjects that are compared with one another. */
export type SubjectGroup = { readonly title: string; readonly subjects: readonly Subject[] };

/** Whether a bench shall only show that it works (`WAKERBENCH_BENCH=smoke`): its figures say nothing. */
export const isSmoke = process.env.WAKERBENCH_BENCH === "smoke";

const smokeOptions = { min_cpu_time: 1e6, min_samples: 3, batch_samples: 64, gc: false } as const;

/**
 * Measures calls with mitata and prints its table. For what costs less than a microsecond and has no
 * tail worth telling: mitata times batches and drops the two lowest and two highest of them.
 */
export async function runCallBench(groups: readonly SubjectGroup[]): Promise<void> {
  if (isSmoke) return runSmoke(groups);
  for (const { title, subjects } of groups) {
    group(title, () => {
      summary(() => {
        for (const { name, call } of subjects) bench(name, call);
      });
    });
  }
  // mitata itself looks only at NO_COLOR and FORCE_COLOR, not at what stdout is.
  await run({ colors: wantsColour(process.stdout), throw: true });
}

async function runSmoke(groups: readonly SubjectGroup[]): Promise<void> {
  for (const { title, subjects } of groups) {
    console.log(`• ${title}`);
    for (const { name, call } of subjects) {
      const { avg } = await measure(call, smokeOptions);
      console.log(`${name}: ${avg.toFixed(2)} ns`);
    }
  }
}
