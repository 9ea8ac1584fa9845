/* To standard output, or to a file that is whole or not there. */
#include "src/cli/session_files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/base/file_out.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/path.h"
#include "src/base/safe_text.h"
#include "src/store/export_format.h"
#include "src/store/store.h"

static void fail_format(const char *name, struct error *err)
{
    struct strbuf names;
    strbuf_init(&names, STRBUF_OWN_MAX);
    for (size_t i = 0; export_format_get(i) != NULL; i++)
        strbuf_append_format(&names, "%s%s", i > 0 ? ", " : "",
                             export_format_get(i)->name);
    error_set(err, ERROR_USAGE, "--format takes one of %s; not \"%s\"",
              strbuf_text(&names), name);
    strbuf_clear(&names);
}

/* The format that is named, that the file's name says, or Markdown. */
static const struct export_format *choose_format(const struct session_file_choice *choice,
                                                 struct error *err)
{
    const struct export_format *format = NULL;
    if (choice->format != NULL) {
        format = export_format_find(choice->format);
        if (format == NULL)
            fail_format(choice->format, err);
        return format;
    }
    if (choice->out_path != NULL && strcmp(choice->out_path, "-") != 0) {
        format = export_format_of(choice->out_path);
        if (format == NULL)
            error_set(err, ERROR_USAGE,
                      "%s does not end in .md, .json, .html or .txt: say --format",
                      choice->out_path);
        return format;
    }
    return export_format_find("markdown");
}

/* The places of the chats that were asked for; NULL with err filled if one is not there.
 * Caller frees. */
static size_t *choose_chats(const struct text_list *numbers,
                            const struct session *session, struct error *err)
{
    size_t *chats = mem_alloc_array(numbers->len, sizeof(chats[0]));
    for (size_t i = 0; i < numbers->len; i++) {
        int64_t number;
        if (number_parse_int(numbers->items[i], &number) && number >= 1 &&
            (uint64_t)number <= session->chat_count) {
            chats[i] = (size_t)number - 1;
            continue;
        }
        error_set(err, ERROR_USAGE, "--chat takes a number from 1 to %zu, not \"%s\"",
                  session->chat_count, numbers->items[i]);
        mem_free(chats);
        return NULL;
    }
    return chats;
}

/* A terminal gets nothing that steers it. */
static bool print_text(const struct strbuf *text, struct error *err)
{
    struct strbuf safe;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    const bool is_terminal = isatty(STDOUT_FILENO) == 1;
    if (is_terminal)
        safe_text_append(&safe, strbuf_text(text), text->len);
    const struct strbuf *shown = is_terminal ? &safe : text;
    const bool ok = fwrite(strbuf_text(shown), 1, shown->len, stdout) == shown->len &&
                    fflush(stdout) == 0;
    strbuf_clear(&safe);
    if (!ok)
        error_set(err, ERROR_INTERNAL, "standard output could not be written");
    return ok;
}

static bool write_out(const struct session_file_choice *choice, const struct strbuf *text,
                      struct error *err)
{
    if (choice->out_path == NULL || strcmp(choice->out_path, "-") == 0)
        return print_text(text, err);
    char *path = path_from_text(choice->out_path);
    const bool ok = file_out_replace(path, strbuf_text(text), text->len, err);
    mem_free(path);
    return ok;
}

static bool export_session(const struct session_file_choice *choice,
                           const struct export_format *format,
                           const struct session *session, struct error *err)
{
    struct export_view view = export_view_of(session);
    struct strbuf text;
    size_t *chats = NULL;
    if (choice->chats.len > 0) {
        chats = choose_chats(&choice->chats, session, err);
        if (chats == NULL)
            return false;
        view.chats = chats;
        view.chat_count = choice->chats.len;
        view.is_whole = false;
    }
    strbuf_init(&text, STRBUF_OWN_MAX);
    format->write(&view, &text);
    bool ok = !text.is_full;
    if (!ok)
        error_set(err, ERROR_USAGE,
                  "the session is too large for one file: export its chats with --chat");
    ok = ok && write_out(choice, &text, err);
    strbuf_clear(&text);
    mem_free(chats);
    return ok;
}

/* The number that a word stands for: "last" is the session that was changed last. */
static int64_t read_id(struct store *store, const char *word, struct error *err)
{
    int64_t id = 0;
    if (strcmp(word, "last") == 0)
        id = store_last(store);
    else if (!number_parse_int(word, &id) || id <= 0)
        id = 0;
    if (id == 0)
        error_set(err, ERROR_USAGE,
                  "there is no session \"%s\"; motet sessions lists them", word);
    return id;
}

int session_files_export(const struct options *options, const char *path,
                         struct error *err)
{
    const struct session_file_choice *choice = &options->session_file;
    struct session session = {0};
    if (options->words.len != 2) {
        error_set(err, ERROR_USAGE,
                  "motet sessions export takes the number of a session");
        return EXIT_CODE_USAGE;
    }
    const struct export_format *format = choose_format(choice, err);
    if (format == NULL)
        return EXIT_CODE_USAGE;
    const struct store_options store_options = {path, 3000, true};
    char *notice = NULL; /* nothing is mended by who only reads */
    struct store *store = store_open(&store_options, &notice, err);
    mem_free(notice);
    if (store == NULL)
        return EXIT_CODE_USAGE;
    const int64_t id = read_id(store, options->words.items[1], err);
    const bool ok = id != 0 && store_read_session(store, id, &session, err) &&
                    export_session(choice, format, &session, err);
    session_clear(&session);
    store_close(store);
    /* The class says which exit code: this is no answer of a service. */
    if (err->class == ERROR_NOT_FOUND)
        err->class = ERROR_USAGE;
    return ok                             ? EXIT_CODE_OK
           : err->class == ERROR_INTERNAL ? EXIT_CODE_INTERNAL
                                          : EXIT_CODE_USAGE;
}
