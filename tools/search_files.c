/* Lines that hold a text, in the files below a folder. */
#include "tools/motet_tool.h"

#include <fnmatch.h>
#include <string.h>
#include <strings.h>

#include "src/base/confined_path.h"
#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "tools/file_walk.h"

#define SEARCH_FILE_MAX    ((size_t)2 << 20)
#define SEARCH_ENTRIES_MAX ((size_t)50000)
#define SEARCH_HITS_MAX    300
#define SEARCH_LINE_MAX    ((size_t)300)

struct search {
    const char *text;
    const char *files; /* a pattern for names */
    bool ignores_case;
    struct strbuf *out;
    size_t hits;
    size_t files_read;
};

static bool has_text(const struct search *search, const char *line)
{
    if (!search->ignores_case)
        return strstr(line, search->text) != NULL;
    const size_t len = strlen(search->text);
    for (; *line != '\0'; line++) {
        if (strncasecmp(line, search->text, len) == 0)
            return true;
    }
    return false;
}

static void search_lines(struct search *search, const char *path, char *text)
{
    for (size_t number = 1; *text != '\0' && search->hits < SEARCH_HITS_MAX; number++) {
        char *end = text + strcspn(text, "\n");
        char *next = *end != '\0' ? end + 1 : end;
        *end = '\0';
        if (has_text(search, text)) {
            strbuf_append_format(search->out, "%s:%zu: ", path, number);
            safe_text_append_line(search->out, text, strlen(text), SEARCH_LINE_MAX);
            strbuf_append_char(search->out, '\n');
            search->hits++;
        }
        text = next;
    }
}

static bool search_entry(void *user, const struct file_walk_entry *entry)
{
    struct search *search = user;
    if (!S_ISREG(entry->info->st_mode) ||
        (search->files[0] != '\0' && fnmatch(search->files, entry->name, 0) != 0))
        return true;
    const struct confined_place place = {
        .folder = entry->folder,
        .name = (char *)(uintptr_t)entry->name, /* only read */
        .shown = (char *)(uintptr_t)entry->path,
    };
    struct strbuf text;
    strbuf_init(&text, SEARCH_FILE_MAX);
    /* What is too large or no text is not searched; the end says how many were. */
    if (confined_read_text(&place, &text, NULL)) {
        search->files_read++;
        if (text.len > 0)
            search_lines(search, entry->path, text.text);
    }
    strbuf_clear(&text);
    return search->hits < SEARCH_HITS_MAX && !search->out->is_full;
}

static bool search_files(const cJSON *arguments, struct strbuf *out, struct error *err)
{
    struct search search = {.text = argument_text(arguments, "text", err),
                            .ignores_case = argument_flag(arguments, "ignore_case"),
                            .out = out};
    if (search.text == NULL)
        return false;
    const char *path = argument_text_or(arguments, "path", ".", err);
    search.files = path != NULL ? argument_text_or(arguments, "files", "", err) : NULL;
    if (search.files == NULL)
        return false;
    if (search.text[0] == '\0') {
        error_set(err, ERROR_USAGE, "the text to search for is empty");
        return false;
    }
    struct file_walk walk = {.is_deep = true,
                             .visit = search_entry,
                             .user = &search,
                             .left = SEARCH_ENTRIES_MAX};
    if (!file_walk_run(&walk, path, err))
        return false;
    const bool is_cut = search.hits >= SEARCH_HITS_MAX || out->is_full || walk.left == 0;
    out->is_full = false;
    strbuf_append_format(out, "[%zu lines found, %zu text files searched%s]", search.hits,
                         search.files_read, is_cut ? "; there may be more" : "");
    return true;
}

const struct shipped_tool shipped_search_files = {"search_files", search_files};
