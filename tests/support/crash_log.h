/*
 * What a program that is about to be killed has seen, in a file that it shares with its
 * test: a store to shared memory survives any death. Times are of clock_now_ms, which is
 * one clock for both.
 */
#ifndef SUPPORT_CRASH_LOG_H
#define SUPPORT_CRASH_LOG_H

#include <stddef.h>
#include <stdint.h>

#define CRASH_CHATS    8
#define CRASH_PROMPTS  3
#define CRASH_LOG_SIZE 40000

enum crash_kind {
    CRASH_SENT = 1, /* a prompt was handed to the engine: value is which, from 0 */
    CRASH_TEXT,     /* a message has so many bytes of text and reasoning now: value */
    CRASH_DECIDED,  /* a call of the message was decided on */
    CRASH_RESULTS,  /* the message with results was added */
    CRASH_DONE      /* the answer is settled */
};

struct crash_record {
    int64_t at_ms;
    uint32_t kind;
    uint32_t chat; /* from 0 */
    uint64_t message;
    uint64_t value;
};

struct crash_log {
    volatile int64_t alive_ms; /* when the loop began its last round */
    volatile uint64_t count;   /* records that are whole */
    struct crash_record records[CRASH_LOG_SIZE];
};

/* The model and the prompts of each chat. Caller frees. */
char *crash_model(size_t chat);
char *crash_prompt(size_t chat, size_t number);

/* Maps the log; makes the file with `is_new`. A failure of the system aborts. */
struct crash_log *crash_log_map(const char *path, int is_new);
void crash_log_unmap(struct crash_log *log);

#endif
