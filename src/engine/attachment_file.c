/*
 * A picture is known by its first bytes, never by its name. Everything else is attached
 * as text, if it is text: a service would refuse bytes, or read nonsense.
 */
#include "src/engine/attachment_file.h"

#include <string.h>
#include <sys/stat.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/utf8.h"
#include "src/engine/attachment_word.h"

/* No system has a longer path. */
#define ATTACHMENT_NAME_MAX ((size_t)1 << 16)

struct picture_form {
    const char *media_type;
    const char *start;
    size_t start_len;
    const char *inner; /* also at offset 8, or NULL */
};

static const struct picture_form picture_forms[] = {
    {"image/png", "\x89PNG\r\n\x1a\n", 8, NULL},
    {"image/jpeg", "\xff\xd8\xff", 3, NULL},
    {"image/gif", "GIF87a", 6, NULL},
    {"image/gif", "GIF89a", 6, NULL},
    {"image/webp", "RIFF", 4, "WEBP"},
};

/* The media type of a picture, NULL for anything else. */
static const char *picture_type(const char *bytes, size_t len)
{
    for (size_t i = 0; i < COUNT_OF(picture_forms); i++) {
        const struct picture_form *form = &picture_forms[i];
        const bool has_start =
            len >= form->start_len && memcmp(bytes, form->start, form->start_len) == 0;
        const bool has_inner =
            form->inner == NULL || (len >= 12 && memcmp(bytes + 8, form->inner, 4) == 0);
        if (has_start && has_inner)
            return form->media_type;
    }
    return NULL;
}

static bool attachment_take(struct attachment_list *list, const char *name,
                            const struct strbuf *content, struct error *err)
{
    const char *bytes = strbuf_text(content);
    const char *media_type = picture_type(bytes, content->len);
    if (media_type == NULL && (memchr(bytes, '\0', content->len) != NULL ||
                               !utf8_is_valid(bytes, content->len))) {
        error_set(err, ERROR_USAGE,
                  "cannot attach %s: it is neither text in UTF-8 nor a picture (PNG, "
                  "JPEG, GIF or WebP)",
                  name);
        return false;
    }
    const struct attachment attachment = {
        .kind = media_type != NULL ? PART_IMAGE : PART_FILE,
        .name = (char *)name,
        .media_type = media_type,
        .bytes = (char *)bytes,
        .len = content->len,
    };
    attachment_list_add(list, &attachment);
    return true;
}

bool attachment_read(struct attachment_list *list, const char *name, struct error *err)
{
    struct strbuf content;
    if (attachment_list_has(list, name))
        return true;
    char *path = path_from_text(name);
    strbuf_init(&content, ATTACHMENT_MAX);
    bool ok = path_read_regular_file(path, &content, err);
    if (ok)
        ok = attachment_take(list, name, &content, err);
    else
        error_prefix(err, "cannot attach a file");
    strbuf_clear(&content);
    mem_free(path);
    return ok;
}

/* --- Words
 * ------------------------------------------------------------------------------
 */

static bool attachment_is_file(const char *name)
{
    struct stat info;
    char *path = path_from_text(name);
    const bool is_file = stat(path, &info) == 0 && S_ISREG(info.st_mode);
    mem_free(path);
    return is_file;
}

/* The name of the file that a word means, or NULL. Caller frees. */
static char *attachment_word_file(const char *word, size_t len)
{
    char *name = mem_strndup(word, len);
    while (len > 0 && !attachment_is_file(name)) {
        const bool is_mark = strchr(".,;:!?)]}>'\"", name[len - 1]) != NULL;
        name[--len] = '\0';
        if (!is_mark)
            len = 0;
    }
    if (len > 0)
        return name;
    mem_free(name);
    return NULL;
}

/* The name of the file that the word at `*at` means, or NULL; goes behind the word. A
 * quote that names no file is only text: its words count one by one. Caller frees. */
static char *attachment_take_word(const char **at)
{
    struct strbuf quoted;
    const char *word = *at;
    char *name = NULL;
    strbuf_init(&quoted, ATTACHMENT_NAME_MAX);
    const char *end = attachment_word_unquote(word, word + strlen(word), &quoted);
    if (end != NULL && attachment_is_file(strbuf_text(&quoted))) {
        name = strbuf_take(&quoted);
        *at = end;
    } else {
        *at = attachment_word_end(word);
        name = attachment_word_file(word + 1, (size_t)(*at - word - 1));
    }
    strbuf_clear(&quoted);
    return name;
}

bool attachment_read_words(struct attachment_list *list, const char *text,
                           struct error *err)
{
    bool ok = true;
    for (const char *at = attachment_word_find(text, text); at != NULL && ok;
         at = attachment_word_find(text, at)) {
        char *name = attachment_take_word(&at);
        if (name != NULL)
            ok = attachment_read(list, name, err);
        mem_free(name);
    }
    return ok;
}

/* True if a word of the text names it, whatever stands behind the name. */
static bool attachment_is_named(const char *text, const char *name)
{
    const size_t len = strlen(name);
    bool is_named = false;
    for (const char *at = attachment_word_find(text, text); at != NULL && !is_named;
         at = attachment_word_find(text, at + 1)) {
        struct strbuf quoted;
        const size_t word_len = (size_t)(attachment_word_end(at) - at - 1);
        strbuf_init(&quoted, ATTACHMENT_NAME_MAX);
        const bool is_quoted =
            attachment_word_unquote(at, at + strlen(at), &quoted) != NULL;
        is_named = (len <= word_len && memcmp(at + 1, name, len) == 0) ||
                   (is_quoted && strcmp(strbuf_text(&quoted), name) == 0);
        strbuf_clear(&quoted);
    }
    return is_named;
}

void attachment_keep(struct attachment_list *list, const struct message *prompt)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    message_join(prompt, PART_TEXT, &text);
    for (size_t i = 0; i < prompt->part_count; i++) {
        const struct part *part = &prompt->parts[i];
        const bool is_attachment = part->kind == PART_FILE || part->kind == PART_IMAGE;
        if (!is_attachment || attachment_is_named(strbuf_text(&text), part->name) ||
            attachment_list_has(list, part->name))
            continue;
        const struct attachment attachment = {
            .kind = part->kind,
            .name = part->name,
            .media_type = picture_type(strbuf_text(&part->text), part->text.len),
            .bytes = part->text.text,
            .len = part->text.len,
        };
        attachment_list_add(list, &attachment);
    }
    strbuf_clear(&text);
}

bool attachment_check_size(const struct attachment_list *list, size_t text_len,
                           struct error *err)
{
    /* The text's own part takes a little as well. */
    const size_t size = attachment_list_size(list) + text_len + 1024;
    if (list->len == 0 || size <= MESSAGE_MAX)
        return true;
    error_set(
        err, ERROR_USAGE,
        "the prompt and its %zu attached file%s are larger than the %zu MiB that one "
        "prompt may have",
        list->len, list->len == 1 ? "" : "s", MESSAGE_MAX >> 20);
    return false;
}
