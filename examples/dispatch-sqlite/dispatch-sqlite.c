/*
 * SQLite on a thread of its own: JavaScript calls it with a query and awaits the rows. It links nothing:
 * all it knows of the thread is the header, and the system's SQLite is found when it runs.
 *
 * A query and its answer are bytes, with numbers in the machine's own order:
 *
 *     query    the SQL, a zero byte, then a value for each parameter
 *     answer   u32 columns, a text for the name of each, then the values of all rows, row by row
 *     value    u8 tag: 1 integer (i64), 2 real (f64), 3 text (u32 size, UTF-8), 4 blob (u32 size, bytes), 5 null
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../include/wakerbench_worker.h"

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;

/* What is needed of <sqlite3.h>: https://www.sqlite.org/c3ref/funclist.html */
#define SQLITE_FUNCTIONS(FUNCTION)                                                                 \
  FUNCTION(int, open_v2, (const char *, sqlite3 **, int, const char *))                            \
  FUNCTION(int, close_v2, (sqlite3 *))                                                             \
  FUNCTION(const char *, errmsg, (sqlite3 *))                                                      \
  FUNCTION(void, progress_handler, (sqlite3 *, int, int (*)(void *), void *))                      \
  FUNCTION(int, prepare_v2, (sqlite3 *, const char *, int, sqlite3_stmt **, const char **))        \
  FUNCTION(int, finalize, (sqlite3_stmt *))                                                        \
  FUNCTION(int, reset, (sqlite3_stmt *))                                                           \
  FUNCTION(int, clear_bindings, (sqlite3_stmt *))                                                  \
  FUNCTION(int, bind_parameter_count, (sqlite3_stmt *))                                            \
  FUNCTION(int, bind_int64, (sqlite3_stmt *, int, int64_t))                                        \
  FUNCTION(int, bind_double, (sqlite3_stmt *, int, double))                                        \
  FUNCTION(int, bind_text, (sqlite3_stmt *, int, const char *, int, void (*)(void *)))             \
  FUNCTION(int, bind_blob, (sqlite3_stmt *, int, const void *, int, void (*)(void *)))             \
  FUNCTION(int, step, (sqlite3_stmt *))                                                            \
  FUNCTION(int, column_count, (sqlite3_stmt *))                                                    \
  FUNCTION(const char *, column_name, (sqlite3_stmt *, int))                                       \
  FUNCTION(int, column_type, (sqlite3_stmt *, int))                                                \
  FUNCTION(int64_t, column_int64, (sqlite3_stmt *, int))                                           \
  FUNCTION(double, column_double, (sqlite3_stmt *, int))                                           \
  FUNCTION(const void *, column_blob, (sqlite3_stmt *, int))                                       \
  FUNCTION(int, column_bytes, (sqlite3_stmt *, int))

#define DECLARE(result, name, arguments) result(*name) arguments;
static struct {
  SQLITE_FUNCTIONS(DECLARE)
} sqlite;

enum { OK = 0, MISUSE = 21, ROW = 100, DONE = 101 };
/* SQLITE_OPEN_READWRITE | CREATE | NOMUTEX: one thread alone uses the connection. */
enum { OPEN_FLAGS = 0x2 | 0x4 | 0x8000 };
/* SQLite's own numbers of the types are the tags of values. */
enum { INTEGER = 1, REAL = 2, TEXT = 3, BLOB = 4 };
/* SQLite asks whether to go on after so many of its instructions: some microseconds. */
enum { STEPS_BETWEEN_LOOKS = 1000 };
enum { STATEMENTS = 16 };

static const char *sqlite_fault;
static pthread_once_t sqlite_once = PTHREAD_ONCE_INIT;

static void load_sqlite(void) {
  const char *names[] = {"libsqlite3.so.0", "libsqlite3.so", "/usr/lib/libsqlite3.dylib"};
  const char *named = getenv("WAKERBENCH_SQLITE");
  void *library = named != NULL && *named != 0 ? dlopen(named, RTLD_NOW) : NULL;
  for (size_t i = 0; library == NULL && named == NULL && i < sizeof names / sizeof *names; i++) {
    library = dlopen(names[i], RTLD_NOW);
  }
  if (library == NULL) {
    sqlite_fault = "there is no libsqlite3: install it, or set WAKERBENCH_SQLITE";
    return;
  }
#define LOOK_UP(result, name, arguments)                                                           \
  *(void **)&sqlite.name = dlsym(library, "sqlite3_" #name);                                       \
  if (sqlite.name == NULL) sqlite_fault = "this libsqlite3 has no sqlite3_" #name;
  SQLITE_FUNCTIONS(LOOK_UP)
}

/* An open database. It belongs to the worker's thread. */
typedef struct {
  sqlite3 *database;
  /* Statements that were prepared, by their SQL; the oldest makes room. */
  struct {
    char *sql;
    sqlite3_stmt *statement;
  } prepared[STATEMENTS];
  uint32_t oldest;
  /* The answer that is being made. It keeps its memory from call to call. */
  uint8_t *bytes;
  size_t used, capacity;
} connection;

static int append(connection *self, const void *bytes, size_t count) {
  if (self->capacity - self->used < count) {
    size_t capacity = (self->used + count) * 2;
    uint8_t *grown = realloc(self->bytes, capacity);
    if (grown == NULL) return 0;
    self->bytes = grown;
    self->capacity = capacity;
  }
  if (count > 0) memcpy(self->bytes + self->used, bytes, count);
  self->used += count;
  return 1;
}

static int append_sized(connection *self, const void *bytes, uint32_t size) {
  return append(self, &size, sizeof size) && append(self, bytes, size);
}

static int append_value(connection *self, sqlite3_stmt *statement, int column) {
  uint8_t tag = (uint8_t)sqlite.column_type(statement, column);
  if (!append(self, &tag, sizeof tag)) return 0;
  if (tag == INTEGER) {
    int64_t integer = sqlite.column_int64(statement, column);
    return append(self, &integer, sizeof integer);
  }
  if (tag == REAL) {
    double real = sqlite.column_double(statement, column);
    return append(self, &real, sizeof real);
  }
  if (tag != TEXT && tag != BLOB) return 1;
  const void *bytes = sqlite.column_blob(statement, column);
  return append_sized(self, bytes, (uint32_t)sqlite.column_bytes(statement, column));
}

/* Takes a number of `size` bytes. 0 when there are not so many. */
static int take(const uint8_t **at, const uint8_t *end, void *number, size_t size) {
  if ((size_t)(end - *at) < size) return 0;
  memcpy(number, *at, size);
  *at += size;
  return 1;
}

/* Binds the values that lie from `at` on. Their bytes live as long as the call. */
static int bind_all(sqlite3_stmt *statement, const uint8_t *at, const uint8_t *end) {
  for (int index = 1; at < end; index++) {
    uint8_t tag = *at++;
    int status = OK;
    if (tag == INTEGER) {
      int64_t integer;
      if (!take(&at, end, &integer, sizeof integer)) return MISUSE;
      status = sqlite.bind_int64(statement, index, integer);
    } else if (tag == REAL) {
      double real;
      if (!take(&at, end, &real, sizeof real)) return MISUSE;
      status = sqlite.bind_double(statement, index, real);
    } else if (tag == TEXT || tag == BLOB) {
      uint32_t size;
      if (!take(&at, end, &size, sizeof size) || (size_t)(end - at) < size) return MISUSE;
      status = tag == TEXT ? sqlite.bind_text(statement, index, (const char *)at, (int)size, NULL)
                           : sqlite.bind_blob(statement, index, at, (int)size, NULL);
      at += size;
    }
    if (status != OK) return status;
  }
  return OK;
}

/* The statement of some SQL, prepared now or before. NULL when SQLite refuses it. */
static sqlite3_stmt *statement_of(connection *self, const char *sql) {
  for (uint32_t i = 0; i < STATEMENTS; i++) {
    if (self->prepared[i].sql != NULL && strcmp(self->prepared[i].sql, sql) == 0) {
      return self->prepared[i].statement;
    }
  }
  sqlite3_stmt *statement = NULL;
  if (sqlite.prepare_v2(self->database, sql, -1, &statement, NULL) != OK) return NULL;
  char *copy = strdup(sql);
  if (copy == NULL || statement == NULL) {
    free(copy);
    sqlite.finalize(statement);
    return NULL;
  }
  uint32_t place = self->oldest++ % STATEMENTS;
  sqlite.finalize(self->prepared[place].statement);
  free(self->prepared[place].sql);
  self->prepared[place].sql = copy;
  self->prepared[place].statement = statement;
  return statement;
}

/* SQLite calls it while it works: anything but 0 interrupts the query. */
static int is_unwanted(void *call) {
  return ((wakerbench_call *)call)->is_cancelled(call);
}

/* Steps through all rows. Returns DONE, or SQLite's status. */
static int collect(connection *self, sqlite3_stmt *statement) {
  uint32_t columns = (uint32_t)sqlite.column_count(statement);
  int fits = append(self, &columns, sizeof columns);
  for (uint32_t i = 0; i < columns; i++) {
    const char *name = sqlite.column_name(statement, (int)i);
    fits = fits && append_sized(self, name, (uint32_t)strlen(name));
  }
  int status;
  while ((status = sqlite.step(statement)) == ROW) {
    for (uint32_t i = 0; i < columns; i++) fits = fits && append_value(self, statement, (int)i);
  }
  return fits ? status : -1;
}

static void job(void *user, wakerbench_call *call) {
  connection *self = user;
  const char *sql = (const char *)call->bytes;
  /* A call without bytes has NULL here. */
  if (sql == NULL || memchr(sql, 0, call->byte_count) == NULL) {
    call->fail(call, "TypeError", "a query ends with a zero byte", NULL);
    return;
  }
  const uint8_t *end = call->bytes + call->byte_count;
  sqlite3_stmt *statement = statement_of(self, sql);
  if (statement == NULL) {
    call->fail(call, "SQLiteError", sqlite.errmsg(self->database), sql);
    return;
  }
  self->used = 0;
  sqlite.progress_handler(self->database, STEPS_BETWEEN_LOOKS, is_unwanted, call);
  int status = bind_all(statement, call->bytes + strlen(sql) + 1, end);
  if (status == OK) status = collect(self, statement);
  /* Nobody waits for the error of a query that was interrupted. */
  if (status != DONE) {
    const char *message = status == -1 ? "out of memory" : sqlite.errmsg(self->database);
    call->fail(call, "SQLiteError", message, sql);
  } else if (call->answer_bytes(call, self->bytes, self->used) != 0) {
    call->fail(call, "SQLiteError", "out of memory", sql);
  }
  /* In this order: what is bound lies in the call, which ends here. */
  sqlite.reset(statement);
  sqlite.clear_bindings(statement);
  sqlite.progress_handler(self->database, 0, NULL, NULL);
}

static void stop(void *user) {
  connection *self = user;
  for (uint32_t i = 0; i < STATEMENTS; i++) {
    if (self->prepared[i].sql == NULL) continue;
    sqlite.finalize(self->prepared[i].statement);
    free(self->prepared[i].sql);
  }
  sqlite.close_v2(self->database);
  free(self->bytes);
  free(self);
}

/* Opens the database whose path `user` is, on the worker's thread. */
static void *start(void *user, wakerbench_call *starting) {
  char *path = user;
  connection *self = NULL;
  pthread_once(&sqlite_once, load_sqlite);
  if (sqlite_fault != NULL) {
    starting->fail(starting, "SQLiteError", sqlite_fault, NULL);
  } else if ((self = calloc(1, sizeof *self)) == NULL) {
    starting->fail(starting, "SQLiteError", "out of memory", NULL);
  } else if (sqlite.open_v2(path, &self->database, OPEN_FLAGS, NULL) != OK) {
    starting->fail(starting, "SQLiteError", sqlite.errmsg(self->database), path);
    stop(self);
    self = NULL;
  }
  free(path);
  return self;
}

/* What a thread for the database at `path` does. Valid until the next call, which is long enough: it is
 * copied when the thread is opened. NULL when there is no memory. */
const wakerbench_work *dispatch_sqlite_work(const char *path) {
  static wakerbench_work work = {WAKERBENCH_WORKER_ABI, 0, NULL, start, job, stop};
  work.user = strdup(path);
  return work.user == NULL ? NULL : &work;
}
