import type { Pointer } from "bun:ffi";
import type { Advice } from "../approaches/approach.ts";
import { ThreadCalls } from "../dispatch/thread-calls.ts";
import { WakerbenchError } from "../errors.ts";
import { listen } from "../wakers/listen.ts";
import type { OpenWaker, Waker } from "../wakers/waker.ts";
import type { DispatchContext, Dispatcher, OpenDispatcher } from "./dispatcher.ts";
import { openThreadJobs } from "./thread-jobs.ts";
import { dispatchOver, roomFor, threadParameters, waitOf } from "./thread-settings.ts";

/**
 * A native thread whose answers come through a waker: a `message` brings the number of the call that is
 * done; a `doorbell` is rung for each, and JavaScript looks which ones they are.
 *
 * @param advice the waker's own, where there is none for calls
 */
export function overWaker(waker: Waker, advice: Advice = waker.advice): Dispatcher {
  const { id, title, traits, parameters } = waker;
  const { caveat } = traits;
  return {
    id,
    title: `Thread, ${title}`,
    summary: `one native thread: calls through a queue in native memory, each answer by ${id}`,
    kind: "thread",
    platforms: traits.platforms,
    ...(caveat === undefined ? {} : { caveat }),
    parameters: { ...parameters, ...threadParameters },
    advice,
    open: (context) => openOverWaker(waker, context),
  };
}

async function openOverWaker(waker: Waker, context: DispatchContext): Promise<OpenDispatcher> {
  const { native, libraryPath, parameters, work } = context;
  const jobs = openThreadJobs(native, work);
  const thread = new ThreadCalls<number>(native, {
    work: jobs.work,
    capacity: roomFor(context),
    wait: waitOf(context),
    carrier: waker.traits.kind,
  });
  try {
    const seam: Pointer = thread.native.bell;
    const opened = await waker.open({
      seam,
      parameters,
      visit: { libraryPath, session: null, seam },
      native,
      read: context.read,
    });
    await carry(thread, waker, opened);
  } catch (thrown) {
    thread.discard();
    jobs.close();
    throw thrown;
  }
  thread.start();
  return dispatchOver(
    {
      call: (input, options) => thread.call(input, options),
      close: () => thread.close(),
      threadId: thread.threadId,
      get strays() {
        return thread.strays;
      },
    },
    jobs,
  );
}

async function carry(thread: ThreadCalls<number>, waker: Waker, opened: OpenWaker): Promise<void> {
  if (!thread.native.isBound) {
    await opened.close();
    throw new WakerbenchError("UNSUPPORTED", `${waker.id} has no bell that a thread could ring`, {
      remedy: "see `wakerbench list dispatchers` for what carries answers",
    });
  }
  const hear =
    waker.traits.kind === "message"
      ? (message: unknown) => thread.hear(Number(message))
      : () => thread.hearAll();
  // Not every waker is a reason for the loop to stay.
  const keepAlive = setInterval(() => {}, 2 ** 30);
  const listening = listen(opened, hear);
  // A waker that cannot be heard any more is an uncaught error of the process.
  listening.fault.catch((fault) => {
    throw fault;
  });
  thread.carryBy({
    setRef(isRef) {
      if (isRef) keepAlive.ref();
      else keepAlive.unref();
    },
    async close() {
      clearInterval(keepAlive);
      listening.stop();
      await opened.close();
    },
  });
}
