import { headerPath, testHeader } from "../headers.ts";

const header = headerPath("wakerbench_worker.h");

/** The layout that zig/dedicated_call.zig, and every library that was compiled before, relies on. */
const source = `
#include "${header}"
#include <stddef.h>
#define IS(name, expression) typedef char name[(expression) ? 1 : -1]
#define AT(type, field) offsetof(struct type, field)
IS(call_begins, AT(wakerbench_call, abi) == 0 && AT(wakerbench_call, kind) == 4);
IS(call_has, AT(wakerbench_call, number) == 8 && AT(wakerbench_call, bytes) == 16);
IS(call_counts, AT(wakerbench_call, byte_count) == 16 + sizeof(void *));
IS(call_answers, AT(wakerbench_call, answer_number) == 16 + 2 * sizeof(void *) &&
                 AT(wakerbench_call, answer_bytes) == 16 + 3 * sizeof(void *));
IS(call_ends, AT(wakerbench_call, fail) == 16 + 4 * sizeof(void *) &&
              AT(wakerbench_call, is_cancelled) == 16 + 5 * sizeof(void *));
IS(work_begins, AT(wakerbench_work, abi) == 0 && AT(wakerbench_work, user) == 8);
IS(work_starts, AT(wakerbench_work, start) == 8 + sizeof(void *));
IS(work_works, AT(wakerbench_work, job) == 8 + 2 * sizeof(void *));
IS(work_stops, AT(wakerbench_work, stop) == 8 + 3 * sizeof(void *) && WAKERBENCH_WORKER_ABI == 1);
void use(void *user, wakerbench_call *call);
void use(void *user, wakerbench_call *call) {
  (void)user;
  if (call->is_cancelled(call)) return;
  if (call->answer_bytes(call, call->bytes, call->byte_count) == 0) return;
  call->fail(call, "Error", "no memory", NULL);
}
const wakerbench_work *work_of(void);
const wakerbench_work *work_of(void) {
  static const wakerbench_work work = {WAKERBENCH_WORKER_ABI, 0, NULL, NULL, use, NULL};
  return &work;
}
`;

testHeader(source);
