/** What a key of one of the open records of a series means, and whose it is. */
type Word = {
  /** Empty: of all. */
  readonly scenarios: readonly string[];
  readonly meaning: string;
};

const of =
  (...scenarios: readonly string[]) =>
  (meaning: string): Word => ({ scenarios, meaning });

const all = of();
const wake = of("wake");
const burst = of("burst");
const dispatch = of("dispatch");
const spawn = of("spawn");
const io = of("io");
const cancel = of("cancel");
const mixed = of("mixed");
const handlers = of("handlers");
const fetch = of("fetch");
const workloads = of("spawn", "io", "cancel", "mixed", "handlers", "fetch");

/** Keys of `params`. Beside them stand the parameters of the contender: `doorbell`, `period`, `wait`, … */
export const paramWords: Readonly<Record<string, Word>> = {
  placement: of(
    "wake",
    "burst",
    "dispatch",
  )("`same-core`, `cross-core` or `any` (nobody is pinned)"),
  loopCore: of("wake", "dispatch")("core of the event loop's thread"),
  wakerCore: of("wake", "dispatch")("core of the waker thread, or of the threads that do the work"),
  loop: wake("`idle`: asleep in the kernel when notified; `busy`: 50 µs of work every 100 µs"),
  spawn: wake("`persistent`, or `per-wake`: a new thread for each wake"),
  before: wake("what the thread does in the gap: `work` or `sleep`"),
  gapNs: of("wake", "burst")("mean of the gap before each notify"),
  ratePerSecond: of(
    "wake",
    "handlers",
  )("open loop: so many a second, counted from when each was due"),
  via: of("wake", "dispatch")("which of the floors it is"),
  threads: of("burst", "fetch")("threads that flood at once; Workers of each pool"),
  producers: burst("`spin` or `sleep`: what a thread does between two notifies"),
  payloadBytes: of("burst", "handlers")("bytes beside the number of a wake; bytes that are echoed"),
  count: dispatch("calls of a plain row"),
  inFlight: dispatch("calls that wait at once"),
  work: dispatch("what each call does: `0`, a time, `yield`, `sqlite`"),
  timeoutEachNs: dispatch("timeout of each call"),
  signals: dispatch("whether each call has an AbortSignal"),
  cancelRate: dispatch("share of the calls that are cancelled"),
  throwRate: dispatch("share of the calls whose job throws"),
  case: of("dispatch", "spawn", "mixed")("which of its cases the row is; absent: plain calls"),
  table: of("spawn", "mixed", "handlers")("rows with the same are set against each other"),
  tasks: of("spawn", "cancel")("tasks of a visit"),
  sleepNs: spawn("what each task sleeps"),
  concurrency: spawn("tasks that live at once, in waves"),
  afterNs: cancel("from the last task's creation until all are cancelled"),
  workers: of("io", "mixed")("workers that wait side by side"),
  operations: of("io", "mixed")("operations of each worker, one after another"),
  meanNs: io("mean of the sleeps"),
  meanSleepNs: mixed("mean of the sleeps"),
  burn: mixed("where operations compute: `loop`, `thread`, `worker`"),
  burnNs: mixed("how long each computes"),
  burnShare: mixed("share of the operations that compute"),
  connections: handlers("connections of the client"),
  durationNs: handlers("length of each load"),
  waitNs: handlers("each of the three waits of those that wait"),
  requests: fetch("requests of each program"),
  chunk: fetch("requests that are on their way at once, at most"),
  server: fetch("`own`, or the address that was named"),
  control: all(
    "a row that is no contender: `a/a` is the first one once more, `no waker` threads that ring nothing",
  ),
};

/** Keys of `rates`. */
export const rateWords: Readonly<Record<string, Word>> = {
  wakesPerSecond: burst("wakes that were heard, over the flood and what was heard after it"),
  callsPerSecond: dispatch("calls"),
  tasksPerSecond: of("spawn", "cancel")("tasks that ended as they should"),
  operationsPerSecond: of("io", "mixed")("operations that ended as they should"),
  requestsPerSecond: of("handlers", "fetch")("right answers"),
};

/** Keys of `extra`. */
export const extraWords: Readonly<Record<string, Word>> = {
  floorRatio: of(
    "wake",
    "burst",
    "dispatch",
  )("over the fastest floor of the placement: p50, wakes a second or time per call"),
  floorRatioLow: of("wake", "burst", "dispatch")("lower end of its 95 % interval"),
  floorRatioHigh: of("wake", "burst", "dispatch")("upper end of its 95 % interval"),
  visitsRepeated: of("wake", "dispatch")("visits made again because a thread ran elsewhere"),
  kind: of("burst", "dispatch")("`message` or `doorbell`; who does the work of a dispatcher"),
  harnessP99Ns: wake("p99 of what the two stamps cost"),
  gapSpentNs: wake("time that the waker thread spent in gaps, part of `cost.cpuWakerNs`"),
  parkingChecked: wake("wakes before which the kernel was asked whether the loop slept"),
  parkingDisagreed: wake("of these, those where it contradicted the switches"),
  pollPeriodNs: wake("of a poller: from one look to the next"),
  scheduleLateP50Ns: wake("open loop: how late the thread was that notifies, median"),
  scheduleLateP99Ns: wake("open loop: the same, p99"),
  settleNs: of(
    "wake",
    "burst",
    "cancel",
  )(
    "open loop, flood: until the last was heard after the end; cancel: until the last handler ended",
  ),
  settleMaxNs: burst("the longest of the rounds"),
  floodNs: burst("length of a flood"),
  deliveredTotal: burst("wakes that were heard before the flood's end"),
  inTimeShare: burst("these as a share of all that were heard"),
  wakesPerEntry: burst("wakes for each time that JavaScript was entered"),
  notifyP50Ns: burst("what one notify cost its thread, median"),
  notifyP99Ns: burst("the same, p99"),
  timerGapP90Ns: burst("how late a 1 ms timer of the same loop was, p90"),
  timerGapP99Ns: burst("the same, p99"),
  timerGapMaxNs: burst("the same, at most"),
  controlTimerP99Ns: burst("p99 of the same beside threads that ring nothing"),
  controlTimerMaxNs: burst("the same, at most"),
  memoryGrowthBytes: burst("the most that one flood took"),
  calls: dispatch("calls that were sent"),
  answered: dispatch("of these: answered"),
  threw: dispatch("of these: rejected with what the job threw"),
  cancelled: dispatch("of these: rejected by their signal"),
  timedOut: dispatch("of these: rejected by their timeout"),
  startNs: dispatch("from opening until the first call can be made"),
  stopNs: dispatch("what closing took"),
  warmupShare: dispatch("calls of the warm-up, as a share of those that count"),
  sampledEvery: dispatch("one call in so many is a sample of the latency"),
  cpuShare: dispatch("CPU of all threads, each read for itself, over that of the process"),
  done: workloads("tasks, operations or requests that ended as they should"),
  decidingNs: workloads("what decides, geometric mean over the rounds: `rounds[].decidingNs`"),
  earlySleeps: of("spawn", "io", "mixed")("sleeps that ended before they were due"),
  lateP50Ns: spawn("how much later than asked a sleep ended, median"),
  lateP99Ns: of("spawn", "mixed")("the same, p99"),
  idealNs: io("what the worker sleeps that sleeps longest: the least that the whole can take"),
  sleepsMeanNs: io("mean of the sleeps that were drawn"),
  sleepsChecksum: of("io", "mixed")("begin of the SHA-256 of all sleeps: the same in every row"),
  cleanups: cancel("cleanup handlers that gave back what they held"),
  othersP99Ns: mixed("p99 of the operations that do not compute"),
  sleepP99Ns: mixed("p99 of their sleeps alone"),
  burnP99Ns: mixed("p99 of those that compute"),
  burnt: mixed("operations that computed"),
  burnCpuNs: mixed("CPU time of computing"),
  burnsChecksum: mixed("which operations compute: the same in every row"),
  cores: handlers("which cores client and server had"),
  connected: handlers("connections that were open at the end"),
  clientBusy: handlers("share of the time in which the client's thread ran"),
  clientCpuNs: handlers("CPU time of the client's thread"),
  clientRssBytes: handlers("memory of the client's process"),
  serverBusy: handlers(
    "share of the time in which the busiest ran: the loop, what works for it, or all cores of the server",
  ),
  serverCoresBusy: handlers("cores that the server kept busy"),
  unanswered: handlers("requests under way when the time was over"),
  errors: handlers("requests that went wrong"),
  errorsRefused: handlers("of these: connections that were refused"),
  errorsReset: handlers("of these: connections that were reset or closed"),
  errorsStatus: handlers("of these: answers with another status or body"),
  errorsGarbage: handlers("of these: what is no answer"),
  errorsTimeout: handlers("of these: no answer in time"),
  errorsDescriptors: handlers("of these: no descriptor was left"),
  requestsNs: fetch("what of a program's life was the requests, median"),
  userNs: fetch("user time of the programs"),
  systemNs: fetch("system time of the programs"),
  serverCpuNs: fetch("CPU of our own server for one program, median"),
  serverPeakRssBytes: fetch("the most memory of that server"),
};
