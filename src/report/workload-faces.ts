import { cancelFace } from "./cancel-face.ts";
import { fetchFace } from "./fetch-face.ts";
import { handlersFace } from "./handlers-face.ts";
import { ioFace } from "./io-face.ts";
import { mixedFace } from "./mixed-face.ts";
import { spawnFace } from "./spawn-face.ts";
import type { WorkloadFace } from "./workload-face.ts";

/** How the series of each workload are shown. */
export const workloadFaces: readonly WorkloadFace[] = [
  spawnFace,
  ioFace,
  cancelFace,
  mixedFace,
  handlersFace,
  fetchFace,
];
