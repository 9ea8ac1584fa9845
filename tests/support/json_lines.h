/*
 * The lines of --json, read back for assertions. Reading checks what every line must be:
 * one JSON object with the members its event has by the contract.
 */
#ifndef SUPPORT_JSON_LINES_H
#define SUPPORT_JSON_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

struct json_lines {
    cJSON **items;
    size_t len;
    size_t cap;
};

/* Reads all lines; a line that is not as it must be fails the test. */
void json_lines_read(struct json_lines *lines, const char *text);
void json_lines_clear(struct json_lines *lines);

/* A string member, NULL if it is null; the test fails if it is something else. */
const char *json_lines_string(const cJSON *line, const char *name);

/* A number member; the test fails if it is something else. */
double json_lines_number(const cJSON *line, const char *name);

bool json_lines_is_null(const cJSON *line, const char *name);

/* Line `nth` (from 0) of that event and chat, or NULL; chat -1: of any chat. */
const cJSON *json_lines_find(const struct json_lines *lines, const char *event, int chat,
                             size_t nth);

/* The chat's events in order, as words: "start connecting waiting streaming text done"
 * (states by their names, runs of the same word once). Caller frees. */
char *json_lines_story(const struct json_lines *lines, int chat);

/* Checks the whole run: each chat starts first and is done once and last, the pieces of
 * text are the text of its end, `end` is the last line and counts right. */
void json_lines_check_run(const struct json_lines *lines, size_t chats);

#endif
