import { readWithBun } from "../../src/agent/reader.ts";
import type { DispatchContext, Work } from "../../src/dispatchers/dispatcher.ts";
import { findLibrary, loadLibrary } from "../../src/native/library.ts";

/** What a dispatcher is opened with, outside of a visit. */
export function contextOf(work: Work): DispatchContext {
  const libraryPath = findLibrary();
  return {
    parameters: {},
    work,
    capacity: 64,
    sharesCore: false,
    workerCore: -1,
    native: loadLibrary(libraryPath),
    libraryPath,
    read: readWithBun,
  };
}
