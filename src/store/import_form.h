/*
 * What the readers of session files (import_*.c) share: growing the result within its
 * limits, texts, pictures, and where a document is no JSON. For this room only.
 */
#ifndef STORE_IMPORT_FORM_H
#define STORE_IMPORT_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "src/store/session_import.h"

/* The readers, as struct import_form wants them. */
bool import_motet(const struct import_source *source, struct imported *imported,
                  struct error *err);
bool import_openai(const struct import_source *source, struct imported *imported,
                   struct error *err);
bool import_aichat_session(const struct import_source *source, struct imported *imported,
                           struct error *err);
bool import_llm_logs(const struct import_source *source, struct imported *imported,
                     struct error *err);

/* True if the object is one that Motet has written: its first member says so. */
bool import_is_motet(const char *bytes, size_t len);

/* A new session at the end, valid until the next one; NULL with err filled if there are
 * too many. */
struct session *imported_add(struct imported *imported, struct error *err);

/* A new message at the chat's tip; NULL with err filled if there are too many. */
struct message *imported_add_message(struct imported *imported, struct chat *chat,
                                     enum message_author author, struct error *err);

/* Adds a sentence on what was left out, once. */
void imported_note(struct imported *imported, const char *sentence);

/* Appends valid text to a part of that kind; false with err filled at the ceiling. */
bool import_append(struct message *message, enum part_kind kind, const char *text,
                   size_t len, struct error *err);

/* What "data:TYPE;base64,…" holds as a part; false with err filled if it cannot be read.
 * A picture elsewhere ("https://…") becomes a line of text and a note. */
bool import_add_url(struct imported *imported, struct message *message, const char *url,
                    struct error *err);

/* A copy of the JSON string's text as valid UTF-8, NULL if it is none. Caller frees. */
char *import_text(const cJSON *item);

/* A copy as valid UTF-8; NULL gives NULL. Caller frees. */
char *import_valid(const char *text);

/* Parses; NULL with err filled, which names line and column. */
cJSON *import_parse(const char *bytes, size_t len, struct error *err);

/* A picture or a text (anything else is noted and left out) with its bytes as a part. */
bool import_add_bytes(struct imported *imported, struct message *message,
                      const char *media_type, const struct strbuf *bytes,
                      struct error *err);

/* "2026-11-29T17:20:00.123456+00:00" (or with a blank, or without a fraction) in ms since
 * 1970; what is behind the seconds' fraction is taken for UTC. 0 if it is no date. */
int64_t import_date_ms(const char *text);

/* What to do at the end of each session: its title from the first prompt if it has none,
 * times from its messages. */
void import_finish(struct session *session);

#endif
