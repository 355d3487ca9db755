import { join } from "node:path";
import * as z from "zod";
import { packageRoot } from "../entry.ts";
import { resultsSchema } from "./schema.ts";

/** Where the published JSON Schema lies. */
export const schemaPath = join(packageRoot, "schema", "results.schema.json");

/** The JSON Schema of a results file, made from the zod schema. */
export function resultsJsonSchema(): string {
  // "input" leaves objects open: what a later version adds must not fail an earlier schema.
  const schema = z.toJSONSchema(resultsSchema, { target: "draft-2020-12", io: "input" });
  return `${JSON.stringify({ title: "wakerbench results", ...schema }, null, 2)}\n`;
}

if (import.meta.main) await Bun.write(schemaPath, resultsJsonSchema());
