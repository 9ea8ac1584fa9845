/* Through a keeper without an engine: it knows how to leave alone what another program
 * has open. */
#include "src/cli/session_verbs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/engine/session_keeper.h"

/* A change of the session `id`. */
typedef bool change_fn(struct session_keeper *keeper, int64_t id, const char *text,
                       struct error *err);

static bool change_title(struct session_keeper *keeper, int64_t id, const char *title,
                         struct error *err)
{
    return session_keeper_rename(keeper, id, title, err);
}

static bool change_tags(struct session_keeper *keeper, int64_t id, const char *tags,
                        struct error *err)
{
    return session_keeper_tag(keeper, id, tags, err);
}

static bool change_into_nothing(struct session_keeper *keeper, int64_t id,
                                const char *text, struct error *err)
{
    (void)text;
    return session_keeper_remove(keeper, id, err);
}

/* Carries a change out, and says in one way that there is no such session. */
static bool change_one(struct session_keeper *keeper, change_fn *change, const char *word,
                       const char *text, struct error *err)
{
    int64_t id;
    if (!session_read_id(word, &id, err))
        return false;
    if (change(keeper, id, text, err))
        return true;
    if (err->class == ERROR_NOT_FOUND)
        error_set(err, ERROR_USAGE, "there is no session %lld; motet sessions lists them",
                  (long long)id);
    return false;
}

static struct session_keeper *open_keeper(const char *path, struct error *err)
{
    /* A word too many must not make a database. */
    if (access(path, F_OK) != 0) {
        error_set(err, ERROR_USAGE, "no session is kept yet");
        return NULL;
    }
    return session_keeper_new(&(struct session_keeper_options){.path = path});
}

/* The words from number `from` on, with `head` before each. Caller frees. */
static char *join(const struct options *options, size_t from, const char *head)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    for (size_t i = from; i < options->words.len; i++)
        strbuf_append_format(&text, "%s%s%s", i > from ? " " : "", head,
                             options->words.items[i]);
    return strbuf_take(&text);
}

/* A change of one session, by the words behind its number. */
static int change_by_words(const struct options *options, const char *path,
                           change_fn *change, const char *head, struct error *err)
{
    const char *const *words = (const char *const *)options->words.items;
    if (options->words.len < 3) {
        error_set(err, ERROR_USAGE,
                  "motet sessions %s takes the number of a session and words", words[0]);
        return EXIT_CODE_USAGE;
    }
    struct session_keeper *keeper = open_keeper(path, err);
    char *text = join(options, 2, head);
    const bool ok = keeper != NULL && change_one(keeper, change, words[1], text, err);
    mem_free(text);
    session_keeper_free(keeper);
    return ok ? EXIT_CODE_OK : EXIT_CODE_USAGE;
}

int session_verb_rename(const struct options *options, const char *path,
                        struct error *err)
{
    return change_by_words(options, path, change_title, "", err);
}

int session_verb_tag(const struct options *options, const char *path, struct error *err)
{
    return change_by_words(options, path, change_tags, "", err);
}

int session_verb_untag(const struct options *options, const char *path, struct error *err)
{
    return change_by_words(options, path, change_tags, "-", err);
}

int session_verb_remove(const struct options *options, const char *path,
                        struct error *err)
{
    if (options->words.len < 2) {
        error_set(err, ERROR_USAGE, "motet sessions rm takes the numbers of sessions");
        return EXIT_CODE_USAGE;
    }
    struct session_keeper *keeper = open_keeper(path, err);
    bool ok = keeper != NULL;
    for (size_t i = 1; i < options->words.len && ok; i++)
        ok = change_one(keeper, change_into_nothing, options->words.items[i], "", err);
    session_keeper_free(keeper);
    return ok ? EXIT_CODE_OK : EXIT_CODE_USAGE;
}
