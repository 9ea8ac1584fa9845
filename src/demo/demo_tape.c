/* Takes are few: they are looked through one by one. */
#include "src/demo/demo_tape.h"

#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"

/* What tells one address from another: its last word. */
static const char *last_word(const char *path, size_t *len)
{
    const size_t path_len = strcspn(path, "?#");
    size_t at = path_len;
    while (at > 0 && path[at - 1] != '/' && path[at - 1] != ':')
        at--;
    *len = path_len - at;
    return path + at;
}

static bool is_same_address(const char *a, const char *b)
{
    size_t a_len;
    size_t b_len;
    const char *a_word = last_word(a, &a_len);
    const char *b_word = last_word(b, &b_len);
    return a_len == b_len && a_len > 0 && memcmp(a_word, b_word, a_len) == 0;
}

/* True if the request is for the take's model, which it names in its body or its path. */
static bool is_same_model(const struct demo_take *take, const char *path,
                          const char *model)
{
    if (model != NULL)
        return strcmp(take->model, model) == 0;
    const char *found = strstr(path, take->model);
    const size_t len = strlen(take->model);
    return len > 0 && found != NULL && found > path && found[-1] == '/' &&
           (found[len] == ':' || found[len] == '/');
}

struct demo_take *demo_tape_give(struct demo_tape *tape, const char *path,
                                 const char *model)
{
    struct demo_take *chosen = NULL;
    /* First those of the model; if there are none, all of the address. */
    for (int any_model = 0; any_model < 2 && chosen == NULL; any_model++) {
        for (size_t i = 0; i < tape->count; i++) {
            struct demo_take *take = &tape->takes[i];
            const bool fits = is_same_address(take->url, path) &&
                              (any_model || is_same_model(take, path, model));
            if (fits && (chosen == NULL || chosen->given > 0))
                chosen = take;
        }
    }
    if (chosen != NULL)
        chosen->given++;
    return chosen;
}

bool demo_tape_sends_field(const struct demo_field *field)
{
    /* The bytes are those behind every encoding, and framed anew. */
    static const char *const names[] = {"Connection",
                                        "Keep-Alive",
                                        "Transfer-Encoding",
                                        "Content-Length",
                                        "Content-Encoding",
                                        "TE",
                                        "Trailer",
                                        "Upgrade",
                                        "Date",
                                        "Proxy-Connection",
                                        "Proxy-Authenticate",
                                        "Alt-Svc"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcasecmp(field->name, names[i]) == 0)
            return false;
    }
    return strcmp(field->value, "***") != 0;
}

static int64_t scale(const struct demo_playing *playing, int64_t at_us)
{
    return (int64_t)((double)at_us / playing->speed);
}

int64_t demo_playing_head_us(const struct demo_playing *playing)
{
    return scale(playing, playing->take->head_us);
}

int64_t demo_playing_due_us(const struct demo_playing *playing)
{
    const struct demo_take *take = playing->take;
    return scale(playing, playing->piece < take->piece_count
                              ? take->pieces[playing->piece].at_us
                              : take->end_us);
}

size_t demo_playing_read(struct demo_playing *playing, int64_t elapsed_us, char *buf,
                         size_t max, enum demo_reply_state *state)
{
    const struct demo_take *take = playing->take;
    size_t used = 0;
    *state = DEMO_REPLY_MORE;
    while (used < max && demo_playing_due_us(playing) <= elapsed_us) {
        if (playing->piece == take->piece_count) {
            *state = take->is_broken ? DEMO_REPLY_ABORT : DEMO_REPLY_END;
            return used;
        }
        const struct demo_piece *piece = &take->pieces[playing->piece];
        size_t len = piece->len - playing->offset;
        if (len > max - used)
            len = max - used;
        memcpy(buf + used, piece->bytes + playing->offset, len);
        used += len;
        playing->offset += len;
        if (playing->offset == piece->len) {
            playing->piece++;
            playing->offset = 0;
        }
    }
    if (used < max)
        *state = DEMO_REPLY_WAIT;
    return used;
}
