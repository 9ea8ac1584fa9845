/*
 * Searching while it is typed: from where the reader was, the first match in view or
 * below, else the last one above. The pattern belongs to the app; the transcripts borrow
 * it, and keep the matches.
 */
#include <string.h>

#include "src/base/mem.h"
#include "ui/app_state.h"

static struct transcript *app_read_transcript(struct app *app)
{
    return app_focused_pane(app)->transcript;
}

/* Gives a pane the pattern, or takes it away. */
static void app_search_pane(struct app *app, const struct pane *pane, bool is_wanted)
{
    transcript_search(pane->transcript, engine_get_chat(app->engine, pane->chat),
                      is_wanted ? app->reading.pattern : NULL);
}

/* Searches with a new pattern, which it takes. */
static void app_set_pattern(struct app *app, struct text_pattern *pattern)
{
    struct app_reading *reading = &app->reading;
    struct text_pattern *old = reading->pattern;
    reading->pattern = pattern;
    for (size_t i = 0; i < app->pane_count; i++)
        app_search_pane(app, &app->panes[i], reading->is_everywhere || i == app->focused);
    text_pattern_free(old);
    app_mark_all(app);
}

/* After the focus has moved, or a pane has come: searches what is to be searched. */
static void app_renew_search(struct app *app)
{
    for (size_t i = 0; i < app->pane_count; i++) {
        const bool is_wanted = app->reading.is_everywhere || i == app->focused;
        if (transcript_is_searched(app->panes[i].transcript) != is_wanted)
            app_search_pane(app, &app->panes[i], is_wanted);
    }
}

void app_open_search(struct app *app, bool is_everywhere)
{
    struct app_reading *reading = &app->reading;
    app_set_pattern(app, NULL);
    reading->is_everywhere = is_everywhere;
    reading->spot = transcript_get_spot(app_read_transcript(app));
    app_open_line(app, LINE_SEARCH, "");
}

void app_seek(struct app *app)
{
    struct app_reading *reading = &app->reading;
    if (app->pane_count == 0)
        return;
    transcript_set_spot(app_read_transcript(app), reading->spot);
    app_set_pattern(app, text_pattern_new(line_edit_text(reading->edit),
                                          line_edit_len(reading->edit)));
    transcript_match_near(app_read_transcript(app));
}

static size_t app_count_matches(const struct app *app)
{
    size_t count = 0;
    for (size_t i = 0; i < app->pane_count; i++)
        count += transcript_match_count(app->panes[i].transcript);
    return count;
}

void app_drop_search(struct app *app)
{
    if (app->reading.line == LINE_SEARCH && app->pane_count > 0)
        transcript_set_spot(app_read_transcript(app), app->reading.spot);
    app_set_pattern(app, NULL);
}

/* A match that is gone to is to be seen. */
static void app_open_fold(struct app *app)
{
    if (app->is_unfolded || !transcript_match_is_hidden(app_read_transcript(app)))
        return;
    app_unfold(app);
    app_notify(app, "unfolded: the match stands in something that was folded");
}

void app_keep_search(struct app *app)
{
    struct app_reading *reading = &app->reading;
    const char *text = line_edit_text(reading->edit);
    app_close_line(app);
    app->mode = MODE_NORMAL;
    if (reading->pattern == NULL || app->pane_count == 0)
        return;
    line_edit_set_text(reading->sought, text, strlen(text));
    if (app_count_matches(app) == 0) {
        char *notice = strbuf_format("no match for \"%s\" in %s", text,
                                     reading->is_everywhere ? "any pane" : "this pane");
        app_notify(app, notice);
        mem_free(notice);
        app_set_pattern(app, NULL);
        return;
    }
    if (transcript_match_number(app_read_transcript(app)) == 0)
        app_step_search(app, true);
    else
        app_open_fold(app);
}

/* Goes on in the next pane that has a match, the one it came from last of all. */
static bool app_search_next_pane(struct app *app, bool is_forward)
{
    const size_t count = app->pane_count;
    const size_t from = app->focused;
    for (size_t i = 1; i <= count; i++) {
        const size_t step = is_forward ? i : count - i;
        const size_t index = (from + step) % count;
        if (!transcript_match_end(app->panes[index].transcript, !is_forward))
            continue;
        if (index != from)
            transcript_match_leave(app->panes[from].transcript);
        app->focused = index;
        if (is_forward ? index <= from : index >= from)
            app_notify(app, is_forward ? "the search went on from the first pane"
                                       : "the search went on from the last pane");
        return true;
    }
    return false;
}

static bool app_search_around(struct app *app, bool is_forward)
{
    if (app->reading.is_everywhere && app->pane_count > 1)
        return app_search_next_pane(app, is_forward);
    if (!transcript_match_end(app_read_transcript(app), !is_forward))
        return false;
    app_notify(app, is_forward ? "the search went on from the top"
                               : "the search went on from the end");
    return true;
}

void app_step_search(struct app *app, bool is_forward)
{
    struct app_reading *reading = &app->reading;
    const size_t sought_len = line_edit_len(reading->sought);
    if (app->pane_count == 0)
        return;
    if (reading->pattern == NULL && sought_len == 0) {
        app_notify_keys(app, "nothing was searched for yet: {search} does");
        return;
    }
    if (reading->pattern == NULL)
        app_set_pattern(app,
                        text_pattern_new(line_edit_text(reading->sought), sought_len));
    app_renew_search(app);
    struct transcript *transcript = app_read_transcript(app);
    const bool has_current = transcript_match_number(transcript) > 0;
    const bool is_found = has_current ? transcript_match_step(transcript, is_forward)
                                      : transcript_match_near(transcript);
    if (!is_found && !app_search_around(app, is_forward))
        app_notify(app, "no match");
    else if (reading->line == LINE_NONE)
        app_open_fold(app);
    app_mark_all(app);
}

void app_count_search(struct app *app, struct strbuf *out)
{
    const size_t count = app_count_matches(app);
    size_t number = 0;
    size_t before = 0;
    size_t panes = 0;
    for (size_t i = 0; i < app->pane_count; i++) {
        const struct transcript *transcript = app->panes[i].transcript;
        const size_t own = transcript_match_count(transcript);
        if (i == app->focused && transcript_match_number(transcript) > 0)
            number = before + transcript_match_number(transcript);
        before += own;
        panes += own > 0;
    }
    if (count == 0)
        strbuf_append_text(out, "no match");
    else if (number > 0)
        strbuf_append_format(out, "match %zu of %zu", number, count);
    else
        strbuf_append_format(out, "%zu match%s", count, count == 1 ? "" : "es");
    if (app->reading.is_everywhere && count > 0)
        strbuf_append_format(out, " in %zu pane%s", panes, panes == 1 ? "" : "s");
    if (number > 0 && transcript_match_is_hidden(app_read_transcript(app)))
        strbuf_append_text(out, " \xc2\xb7 folded");
}
