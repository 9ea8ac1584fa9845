/*
 * Reads the files that go with a prompt: those named by an option, and those that words
 * of the prompt name with an @. Text in UTF-8 and pictures only, from regular files only,
 * each with a ceiling. What cannot be attached is said in one sentence before anything is
 * sent.
 */
#ifndef ENGINE_ATTACHMENT_FILE_H
#define ENGINE_ATTACHMENT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/chat/attachment.h"

/* The largest file that is attached. */
#define ATTACHMENT_MAX ((size_t)8 << 20)

/* Adds the file of that name, unless the list has it. False with err filled if it is not
 * there, not regular, too large, or neither text nor a known picture. */
bool attachment_read(struct attachment_list *list, const char *name, struct error *err);

/*
 * Adds the files named in `text` by words that begin with @ (attachment_word.h). A word
 * that names no regular file is only a word; punctuation behind a name does not belong to
 * it, and "~/" is the home folder. False with err filled if a file that is named cannot
 * be attached.
 */
bool attachment_read_words(struct attachment_list *list, const char *text,
                           struct error *err);

/* Adds what is attached to the prompt without being named in its text: it stays when the
 * prompt is edited. */
void attachment_keep(struct attachment_list *list, const struct message *prompt);

/* True if all of it and `text_len` bytes of text fit into one prompt. */
bool attachment_check_size(const struct attachment_list *list, size_t text_len,
                           struct error *err);

#endif
