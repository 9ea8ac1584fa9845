/*
 * A table-driven reader of "--name value", "--name=value", "-n value" and "-nvalue";
 * "--" ends the options. Each record knows how its value is kept through its id; the
 * settings join as records made from their own table.
 */
#include "src/cli/options.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/path.h"

enum option_id {
    ID_MODEL,
    ID_API,
    ID_URL,
    ID_KEY_ENV,
    ID_CA_FILE,
    ID_HEADER,
    ID_SYSTEM,
    ID_ATTACH,
    ID_PARAM,
    ID_NO_STREAM,
    ID_JSON,
    ID_CONFIG,
    ID_NO_CONFIG,
    ID_NO_MOUSE,
    ID_CAST,
    ID_THEME,
    ID_PLAIN,
    ID_CONTINUE,
    ID_SESSION,
    ID_TEMPORARY,
    ID_LOG,
    ID_RECORD,
    ID_PANES,
    ID_SPEED,
    ID_REPLAY_SPEED,
    ID_SEED,
    ID_SERVE,
    ID_PORT,
    ID_FROM,
    ID_LIMIT_CONCURRENT,
    ID_LIMIT_RPM,
    ID_TOOLS,
    ID_MCP,
    ID_TOOL_SCHEMA,
    ID_APPROVE,
    ID_CALL_ALL,
    ID_ACCEPT,
    ID_CSV,
    ID_JSONL,
    ID_OUT,
    ID_FORMAT,
    ID_RESUME,
    ID_ONLY,
    ID_FAIL_FAST,
    ID_REPEAT,
    ID_FIRST,
    ID_QUORUM,
    ID_HEDGE,
    ID_MENDS,
    ID_MAX_COST,
    ID_CACHE,
    ID_BATCH,
    ID_SUBMIT,
    ID_EXPORT_FORMAT,
    ID_EXPORT_OUT,
    ID_EXPORT_PAGE,
    ID_EXPORT_CHAT,
    ID_IMPORT_AS,
    ID_VERSION,
    ID_HELP
};

struct option_info {
    enum option_id id;
    const char *name;
    char letter;            /* or 0 */
    const char *value_name; /* NULL: takes no value */
    unsigned scope;
    const char *help;
};

static const struct option_info option_table[] = {
    {ID_MODEL, "model", 'm', "NAME", OPTION_TALK,
     "a model; may be given several times, or as A,B,C"},
    {ID_API, "api", 0, "NAME", OPTION_TALK,
     "the wire protocol of --url: openai-chat, openai-responses, anthropic, gemini, "
     "ollama, bedrock or cohere"},
    {ID_URL, "url", 0, "URL", OPTION_TALK,
     "an endpoint: the API's base, with or without its version segment"},
    {ID_KEY_ENV, "key-env", 0, "VAR", OPTION_TALK,
     "the environment variable that holds the endpoint's key"},
    {ID_CA_FILE, "ca-file", 0, "FILE", OPTION_TALK,
     "certificates to verify the endpoint with"},
    {ID_HEADER, "header", 0, "'K: V'", OPTION_TALK,
     "an extra header field for the endpoint; may be given several times"},
    {ID_SYSTEM, "system", 's', "TEXT", OPTION_TALK,
     "the system prompt; @FILE reads it from a file"},
    {ID_ATTACH, "attach", 'a', "FILE", OPTION_PROMPT,
     "a text file or a picture that goes with the prompt; may be given several times"},
    {ID_PARAM, "param", 'p', "K=V", OPTION_TALK,
     "a parameter of the request; may be given several times"},
    {ID_NO_STREAM, "no-stream", 0, NULL, OPTION_TALK,
     "ask for one whole answer instead of a stream"},
    {ID_TOOLS, "tools", 0, "NAME,...", OPTION_TALK,
     "offer these tools; * and ? stand for others, \"!\" takes one out, \"\" is none"},
    {ID_MCP, "mcp", 0, "URL|COMMAND", OPTION_TALK,
     "offer the tools of this MCP server; may be given several times"},
    {ID_TOOL_SCHEMA, "tool-schema", 0, "FILE", OPTION_TALK,
     "offer tools by definition only: a call ends the turn, for the caller to handle"},
    {ID_APPROVE, "approve", 0, "ask|never|rules|all", OPTION_TALK,
     "what happens to tool calls (ask; without a terminal that is never)"},
    {ID_JSON, "json", 0, NULL, OPTION_LINES | OPTION_SESSIONS,
     "print events, one JSON object a line, and nothing else"},
    {ID_NO_MOUSE, "no-mouse", 0, NULL, OPTION_SCREEN, "leave the mouse to the terminal"},
    {ID_CAST, "cast", 0, "FILE", OPTION_SCREEN,
     "write what the screen shows as an asciicast v2"},
    {ID_RECORD, "record", 0, "FILE", OPTION_TALK,
     "write what the models send, with its timing, for motet replay; no keys are in it"},
    {ID_THEME, "theme", 0, "NAME", OPTION_SCREEN,
     "the look of the screen; motet themes shows those there are"},
    {ID_PLAIN, "plain", 0, NULL, OPTION_SCREEN,
     "no screen: talk line by line, for screen readers and simple terminals"},
    {ID_CONTINUE, "continue", 'c', NULL, OPTION_SCREEN, "open the last session again"},
    {ID_SESSION, "session", 0, "ID", OPTION_SCREEN,
     "open this session again; motet sessions lists them"},
    {ID_TEMPORARY, "temporary", 0, NULL, OPTION_SCREEN,
     "keep nothing of what is said, not even prompts"},
    {ID_PANES, "panes", 0, "N", OPTION_DEMO, "how many panes to open, 1 to 16 (4)"},
    {ID_SPEED, "speed", 0, "X", OPTION_DEMO,
     "how fast the models write; 1 is a person's reading speed"},
    {ID_REPLAY_SPEED, "speed", 0, "X|max", OPTION_REPLAY,
     "how fast it is played: 1 as it was, 10 ten times as fast, max at once (1)"},
    {ID_SEED, "seed", 0, "N", OPTION_DEMO, "the seed of the demo models' answers"},
    {ID_SERVE, "serve", 0, NULL, OPTION_DEMO,
     "run only the model server, in the foreground"},
    {ID_PORT, "port", 0, "P", OPTION_DEMO, "the server's port (any free one)"},
    {ID_FROM, "from", 0, "FILE", OPTION_DEMO,
     "with --serve: answer with what this recording holds"},
    {ID_LIMIT_CONCURRENT, "limit-concurrent", 0, "N", OPTION_DEMO,
     "with --serve: refuse more chats than this at once"},
    {ID_LIMIT_RPM, "limit-rpm", 0, "N", OPTION_DEMO,
     "with --serve: refuse more chats than this a minute"},
    {ID_CALL_ALL, "call-all", 0, NULL, OPTION_PROBE,
     "with probe: call each tool with arguments made from its schema"},
    {ID_ACCEPT, "accept", 0, NULL, OPTION_PROBE,
     "with probe: answer what the server asks with its defaults"},
    {ID_CSV, "csv", 0, "FILE", OPTION_RUN,
     "a row for each line of this table; its first line names the fields"},
    {ID_JSONL, "jsonl", 0, "FILE", OPTION_RUN,
     "a row for each line of this file, one JSON object a line"},
    {ID_OUT, "out", 0, "FILE", OPTION_RUN,
     "write results to this file, each as soon as it is there"},
    {ID_FORMAT, "format", 0, "text|jsonl|csv", OPTION_RUN,
     "the form of the results (text; with --out jsonl)"},
    {ID_RESUME, "resume", 0, NULL, OPTION_RUN,
     "go on with --out: what is answered there is not asked again"},
    {ID_ONLY, "only", 0, "failed", OPTION_RUN,
     "with --out: ask again only what failed there"},
    {ID_FAIL_FAST, "fail-fast", 0, NULL, OPTION_RUN, "stop at the first failure"},
    {ID_REPEAT, "repeat", 0, "N", OPTION_RUN,
     "ask each model N times, and say how often its answers agree (1)"},
    {ID_FIRST, "first", 0, NULL, OPTION_RUN,
     "of each row only the fastest good answer: the others are stopped"},
    {ID_QUORUM, "quorum", 0, "K", OPTION_RUN,
     "stop a row when K of its answers agree, but for case, blanks and punctuation"},
    {ID_HEDGE, "hedge", 0, "SECONDS", OPTION_RUN,
     "ask the next model when the one before has no token by then"},
    {ID_MENDS, "mends", 0, "N", OPTION_RUN,
     "how often a model may mend an answer that does not fit the schema (2)"},
    {ID_MAX_COST, "max-cost", 0, "MONEY", OPTION_RUN,
     "stop before the run costs more, by the prices of the configuration"},
    {ID_CACHE, "cache", 0, NULL, OPTION_RUN,
     "keep answers, and take those of earlier runs for the same requests"},
    {ID_BATCH, "batch", 0, "openai|anthropic", OPTION_RUN,
     "write a batch job of that provider to --out in place of running here"},
    {ID_SUBMIT, "submit", 0, NULL, OPTION_RUN,
     "with --batch: hand it in, wait, and write its results"},
    {ID_EXPORT_FORMAT, "format", 0, "markdown|json|html|text", OPTION_SESSIONS,
     "with export: the form (what the file's name says, or markdown)"},
    {ID_EXPORT_PAGE, "html", 0, "FILE", OPTION_EXPORT,
     "make a page of this recording that plays it again"},
    {ID_EXPORT_OUT, "output", 'o', "FILE", OPTION_SESSIONS | OPTION_EXPORT,
     "with export: write to this file, in the place of what is there"},
    {ID_EXPORT_CHAT, "chat", 0, "N", OPTION_SESSIONS,
     "with export: only chat N, counted from 1; may be given several times"},
    {ID_IMPORT_AS, "as", 0, "motet|openai|aichat|llm", OPTION_SESSIONS,
     "with import: what the files are (it is seen from what they hold)"},
    {ID_CONFIG, "config", 0, "FILE", OPTION_TALK | OPTION_REPLAY | OPTION_CONFIG,
     "read this configuration in place of the usual one"},
    {ID_NO_CONFIG, "no-config", 0, NULL, OPTION_TALK | OPTION_REPLAY | OPTION_CONFIG,
     "read no configuration file"},
    {ID_LOG, "log", 'v', "FILE", OPTION_TALK | OPTION_REPLAY,
     "append what happens to a log file; never keys or texts"},
    {ID_VERSION, "version", 0, NULL, OPTION_TOP, "print the version"},
    {ID_HELP, "help", 'h', NULL, OPTION_TOP, "print this help"},
};

void string_list_add(struct string_list *list, const char *text, size_t len)
{
    list->items = mem_grow(list->items, &list->cap, list->len + 1, sizeof(char *));
    list->items[list->len++] = mem_strndup(text, len);
}

void string_list_clear(struct string_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        mem_free(list->items[i]);
    mem_free(list->items);
    *list = (struct string_list){0};
}

void options_init(struct options *options)
{
    *options = (struct options){
        .panes = 4,
        .speed = 1,
        .seed = 1,
        .run = {.repeats = 1, .mends = 2, .hedge_ms = -1, .max_cost = -1}};
    settings_init(&options->settings);
}

void options_clear(struct options *options)
{
    string_list_clear(&options->models);
    string_list_clear(&options->headers);
    string_list_clear(&options->words);
    string_list_clear(&options->attached);
    string_list_clear(&options->tools);
    string_list_clear(&options->servers);
    string_list_clear(&options->schemas);
    param_list_clear(&options->params);
    mem_free(options->api);
    mem_free(options->url);
    mem_free(options->key_env);
    mem_free(options->ca_file);
    mem_free(options->system_text);
    mem_free(options->log_path);
    mem_free(options->record_path);
    mem_free(options->from_path);
    mem_free(options->cast_path);
    mem_free(options->theme);
    mem_free(options->config_path);
    mem_free(options->run.csv_path);
    mem_free(options->run.jsonl_path);
    mem_free(options->run.out_path);
    mem_free(options->run.batch);
    mem_free(options->session_file.format);
    mem_free(options->session_file.out_path);
    mem_free(options->session_file.as);
    mem_free(options->session_file.recording);
    text_list_clear(&options->session_file.chats);
    *options = (struct options){0};
}

void options_add_model(struct options *options, const char *name)
{
    string_list_add(&options->models, name, strlen(name));
}

static void options_keep(char **place, const char *value)
{
    mem_free(*place);
    *place = mem_strdup(value);
}

static bool options_read_number(const char *name, const char *value, double min,
                                double max, double *number, struct error *err)
{
    if (number_parse_double(value, number) && *number >= min && *number <= max)
        return true;
    error_set(err, ERROR_USAGE, "--%s takes a number from %g to %g, not \"%s\"", name,
              min, max, value);
    return false;
}

/* The speed of a replay; "max" is 0, as fast as can be. */
static bool options_read_pace(struct options *options, const char *name,
                              const char *value, struct error *err)
{
    options->speed = 0;
    return strcmp(value, "max") == 0 ||
           options_read_number(name, value, 0, 10000, &options->speed, err);
}

static bool options_read_whole(const char *name, const char *value, double max,
                               int64_t *number, struct error *err)
{
    if (number_parse_int(value, number) && *number >= 0 && (double)*number <= max)
        return true;
    error_set(err, ERROR_USAGE, "--%s takes a whole number up to %.0f, not \"%s\"", name,
              max, value);
    return false;
}

static bool options_read_models(struct options *options, const char *value,
                                struct error *err)
{
    for (const char *at = value;; at++) {
        const size_t len = strcspn(at, ",");
        if (len == 0) {
            error_set(err, ERROR_USAGE, "--model has an empty name in \"%s\"", value);
            return false;
        }
        string_list_add(&options->models, at, len);
        at += len;
        if (*at == '\0')
            return true;
    }
}

/* Empty names are left out: "" offers no tool. */
static void options_read_tools(struct options *options, const char *value)
{
    options->has_tools = true;
    for (const char *at = value; *at != '\0';) {
        const size_t len = strcspn(at, ",");
        if (len > 0)
            string_list_add(&options->tools, at, len);
        at += len + (at[len] == ',');
    }
}

static bool options_read_approval(struct options *options, const char *value,
                                  struct error *err)
{
    static const char *const names[] = {[APPROVAL_ASK] = "ask",
                                        [APPROVAL_NEVER] = "never",
                                        [APPROVAL_RULES] = "rules",
                                        [APPROVAL_ALL] = "all"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(value, names[i]) == 0) {
            options->approval = (enum approval)i;
            return true;
        }
    }
    error_set(err, ERROR_USAGE, "--approve takes ask, never, rules or all, not \"%s\"",
              value);
    return false;
}

static bool options_read_system(struct options *options, const char *value,
                                struct error *err)
{
    if (value[0] != '@') {
        options_keep(&options->system_text, value);
        return true;
    }
    struct strbuf text;
    strbuf_init(&text, (size_t)16 << 20);
    bool ok = path_read_file(value + 1, &text, err);
    if (ok && strlen(strbuf_text(&text)) != text.len) {
        error_set(err, ERROR_USAGE, "%s is not text: it holds a NUL", value + 1);
        ok = false;
    }
    if (ok)
        options_keep(&options->system_text, strbuf_text(&text));
    else
        error_prefix(err, "--system");
    strbuf_clear(&text);
    return ok;
}

static bool options_read_panes(struct options *options, const char *value,
                               struct error *err)
{
    if (number_parse_int(value, &options->panes) && options->panes >= 1 &&
        options->panes <= 16)
        return true;
    error_set(err, ERROR_USAGE, "--panes takes a whole number from 1 to 16, not \"%s\"",
              value);
    return false;
}

static bool options_read_param(struct options *options, const char *value,
                               struct error *err)
{
    if (param_list_add(&options->params, value, err))
        return true;
    error_prefix(err, "--param");
    return false;
}

static bool options_read_format(struct options *options, const char *value,
                                struct error *err)
{
    static const char *const names[] = {[RUN_FORMAT_TEXT] = "text",
                                        [RUN_FORMAT_JSONL] = "jsonl",
                                        [RUN_FORMAT_CSV] = "csv"};
    for (size_t i = RUN_FORMAT_TEXT; i < COUNT_OF(names); i++) {
        if (strcmp(value, names[i]) == 0) {
            options->run.format = (enum run_format)i;
            return true;
        }
    }
    error_set(err, ERROR_USAGE, "--format takes text, jsonl or csv, not \"%s\"", value);
    return false;
}

static bool options_read_word(const char *name, const char *value, const char *one,
                              const char *other, struct error *err)
{
    if (strcmp(value, one) == 0 || (other != NULL && strcmp(value, other) == 0))
        return true;
    error_set(err, ERROR_USAGE, "--%s takes %s%s%s, not \"%s\"", name, one,
              other != NULL ? " or " : "", other != NULL ? other : "", value);
    return false;
}

static bool options_read_count(const char *name, const char *value, int64_t *number,
                               struct error *err)
{
    if (number_parse_int(value, number) && *number >= 1 && *number <= 1000)
        return true;
    error_set(err, ERROR_USAGE, "--%s takes a whole number from 1 to 1000, not \"%s\"",
              name, value);
    return false;
}

static bool options_read_hedge(struct options *options, const char *value,
                               struct error *err)
{
    if (number_parse_seconds_ms(value, &options->run.hedge_ms) &&
        options->run.hedge_ms >= 0)
        return true;
    error_set(err, ERROR_USAGE, "--hedge takes seconds, such as 2 or 0.5, not \"%s\"",
              value);
    return false;
}

/* Those of motet run. */
static bool options_take_run(struct options *options, const struct option_info *info,
                             const char *value, struct error *err)
{
    struct run_choice *run = &options->run;
    switch ((int)info->id) {
    case ID_CSV: options_keep(&run->csv_path, value); return true;
    case ID_JSONL: options_keep(&run->jsonl_path, value); return true;
    case ID_OUT: options_keep(&run->out_path, value); return true;
    case ID_FORMAT: return options_read_format(options, value, err);
    case ID_RESUME: run->is_resuming = true; return true;
    case ID_ONLY:
        run->is_only_failed = true;
        return options_read_word(info->name, value, "failed", NULL, err);
    case ID_FAIL_FAST: run->is_failing_fast = true; return true;
    case ID_REPEAT: return options_read_count(info->name, value, &run->repeats, err);
    case ID_FIRST: run->is_first = true; return true;
    case ID_QUORUM: return options_read_count(info->name, value, &run->quorum, err);
    case ID_HEDGE: return options_read_hedge(options, value, err);
    case ID_MENDS: return options_read_whole(info->name, value, 100, &run->mends, err);
    case ID_MAX_COST:
        return options_read_number(info->name, value, 0, 1e9, &run->max_cost, err);
    case ID_CACHE: run->is_caching = true; return true;
    case ID_BATCH:
        options_keep(&run->batch, value);
        return options_read_word(info->name, value, "openai", "anthropic", err);
    case ID_SUBMIT: run->is_submitting = true; return true;
    default: return false;
    }
}

static bool options_read_session(struct options *options, const char *value,
                                 struct error *err)
{
    if (number_parse_int(value, &options->session) && options->session > 0)
        return true;
    error_set(err, ERROR_USAGE,
              "--session takes the number that motet sessions shows, not \"%s\"", value);
    return false;
}

/* Those of motet sessions export and import, and of motet export. */
static void options_take_session_file(struct options *options,
                                      const struct option_info *info, const char *value)
{
    struct session_file_choice *choice = &options->session_file;
    if (info->id == ID_EXPORT_FORMAT)
        options_keep(&choice->format, value);
    else if (info->id == ID_EXPORT_OUT)
        options_keep(&choice->out_path, value);
    else if (info->id == ID_EXPORT_PAGE)
        options_keep(&choice->recording, value);
    else if (info->id == ID_IMPORT_AS)
        options_keep(&choice->as, value);
    else
        text_list_add(&choice->chats, value, strlen(value));
}

static bool options_take(struct options *options, const struct option_info *info,
                         const char *value, struct error *err)
{
    switch (info->id) {
    case ID_MODEL: return options_read_models(options, value, err);
    case ID_API: options_keep(&options->api, value); return true;
    case ID_URL: options_keep(&options->url, value); return true;
    case ID_KEY_ENV: options_keep(&options->key_env, value); return true;
    case ID_CA_FILE: options_keep(&options->ca_file, value); return true;
    case ID_HEADER: string_list_add(&options->headers, value, strlen(value)); return true;
    case ID_SYSTEM: return options_read_system(options, value, err);
    case ID_ATTACH:
        string_list_add(&options->attached, value, strlen(value));
        return true;
    case ID_PARAM: return options_read_param(options, value, err);
    case ID_NO_STREAM: options->is_unstreamed = true; return true;
    case ID_JSON: options->is_json = true; return true;
    case ID_CONFIG: options_keep(&options->config_path, value); return true;
    case ID_NO_CONFIG: options->is_config_off = true; return true;
    case ID_NO_MOUSE: options->is_mouse_off = true; return true;
    case ID_THEME: options_keep(&options->theme, value); return true;
    case ID_PLAIN: options->is_plain = true; return true;
    case ID_CONTINUE: options->is_continuing = true; return true;
    case ID_SESSION: return options_read_session(options, value, err);
    case ID_TEMPORARY: options->is_temporary = true; return true;
    case ID_CAST: options_keep(&options->cast_path, value); return true;
    case ID_LOG: options_keep(&options->log_path, value); return true;
    case ID_RECORD: options_keep(&options->record_path, value); return true;
    case ID_PANES: return options_read_panes(options, value, err);
    case ID_SPEED:
        return options_read_number(info->name, value, 0.01, 10000, &options->speed, err);
    case ID_REPLAY_SPEED: return options_read_pace(options, info->name, value, err);
    case ID_SEED: return options_read_whole(info->name, value, 1e15, &options->seed, err);
    case ID_SERVE: options->is_serve = true; return true;
    case ID_PORT:
        return options_read_whole(info->name, value, 65535, &options->port, err);
    case ID_FROM: options_keep(&options->from_path, value); return true;
    case ID_LIMIT_CONCURRENT:
        return options_read_whole(info->name, value, 1e6, &options->limit_concurrent,
                                  err);
    case ID_LIMIT_RPM:
        return options_read_whole(info->name, value, 1e6, &options->limit_rpm, err);
    case ID_TOOLS: options_read_tools(options, value); return true;
    case ID_MCP: string_list_add(&options->servers, value, strlen(value)); return true;
    case ID_TOOL_SCHEMA:
        string_list_add(&options->schemas, value, strlen(value));
        return true;
    case ID_APPROVE: return options_read_approval(options, value, err);
    case ID_CALL_ALL: options->is_calling_all = true; return true;
    case ID_ACCEPT: options->is_accepting = true; return true;
    case ID_CSV:
    case ID_JSONL:
    case ID_OUT:
    case ID_FORMAT:
    case ID_RESUME:
    case ID_ONLY:
    case ID_FAIL_FAST:
    case ID_REPEAT:
    case ID_FIRST:
    case ID_QUORUM:
    case ID_HEDGE:
    case ID_MENDS:
    case ID_MAX_COST:
    case ID_CACHE:
    case ID_BATCH:
    case ID_SUBMIT: return options_take_run(options, info, value, err);
    case ID_EXPORT_FORMAT:
    case ID_EXPORT_OUT:
    case ID_EXPORT_PAGE:
    case ID_EXPORT_CHAT:
    case ID_IMPORT_AS: options_take_session_file(options, info, value); return true;
    case ID_VERSION: options->wants_version = true; return true;
    case ID_HELP: options->wants_help = true; return true;
    }
    return false;
}

static bool option_is_in(const struct option_info *info, unsigned scope)
{
    return info->scope == OPTION_TOP || (info->scope & scope) != 0;
}

static const struct option_info *option_find(unsigned scope, const char *name, size_t len,
                                             char letter)
{
    for (size_t i = 0; i < COUNT_OF(option_table); i++) {
        const struct option_info *info = &option_table[i];
        if (!option_is_in(info, scope))
            continue;
        if (letter != 0 && info->letter == letter)
            return info;
        if (letter == 0 && strlen(info->name) == len &&
            memcmp(info->name, name, len) == 0)
            return info;
    }
    return NULL;
}

/* The setting that `--name` or `-j` sets, or SETTING_COUNT. */
static enum setting_id option_find_setting(unsigned scope, const char *name, size_t len)
{
    if ((scope & OPTION_TALK) == 0)
        return SETTING_COUNT;
    for (int id = 0; id < SETTING_COUNT; id++) {
        const char *known = setting_info_get((enum setting_id)id)->option;
        if (strlen(known) == len && memcmp(known, name, len) == 0)
            return (enum setting_id)id;
    }
    return SETTING_COUNT;
}

/* The arguments still to be read. */
struct option_reader {
    struct options *options;
    unsigned scope;
    const char *const *args;
    int left;
};

/* The value of the option just read: what is attached to it, or the next argument. */
static const char *option_value(struct option_reader *reader, const char *attached,
                                const char *shown_name, struct error *err)
{
    if (attached != NULL)
        return attached;
    if (reader->left > 0) {
        reader->left--;
        return *reader->args++;
    }
    error_set(err, ERROR_USAGE, "%s needs a value", shown_name);
    return NULL;
}

/* Shows the name only: what is attached to an option of another program may be a key. */
static bool option_unknown(const char *arg, struct error *err)
{
    error_set(err, ERROR_USAGE, "unknown option %.*s; motet --help lists the options",
              (int)strcspn(arg, "="), arg);
    return false;
}

static bool option_read_long(struct option_reader *reader, const char *arg,
                             struct error *err)
{
    const char *name = arg + 2;
    const size_t len = strcspn(name, "=");
    const char *attached = name[len] == '=' ? name + len + 1 : NULL;
    const enum setting_id setting = option_find_setting(reader->scope, name, len);
    const struct option_info *info = option_find(reader->scope, name, len, 0);
    if (setting == SETTING_COUNT && info == NULL)
        return option_unknown(arg, err);
    if (info != NULL && info->value_name == NULL) {
        if (attached == NULL)
            return options_take(reader->options, info, "", err);
        error_set(err, ERROR_USAGE, "--%s takes no value", info->name);
        return false;
    }
    const char *value = option_value(reader, attached, arg, err);
    if (value == NULL)
        return false;
    if (info != NULL)
        return options_take(reader->options, info, value, err);
    return settings_read(&reader->options->settings, setting, value, err);
}

static bool option_read_short(struct option_reader *reader, const char *arg,
                              struct error *err)
{
    const bool is_jobs = arg[1] == 'j' && (reader->scope & OPTION_TALK) != 0;
    const struct option_info *info = option_find(reader->scope, NULL, 0, arg[1]);
    if (info == NULL && !is_jobs)
        return option_unknown(arg, err);
    if (info != NULL && info->value_name == NULL) {
        if (arg[2] != '\0')
            return option_unknown(arg, err);
        return options_take(reader->options, info, "", err);
    }
    const char *value = option_value(reader, arg[2] != '\0' ? arg + 2 : NULL, arg, err);
    if (value == NULL)
        return false;
    if (is_jobs)
        return settings_read(&reader->options->settings, SETTING_JOBS, value, err);
    return options_take(reader->options, info, value, err);
}

bool options_parse(struct options *options, unsigned scope, int argc,
                   const char *const *argv, struct error *err)
{
    struct option_reader reader = {options, scope, argv, argc};
    bool is_ended = false;
    while (reader.left > 0) {
        const char *arg = *reader.args++;
        reader.left--;
        bool ok = true;
        if (is_ended || arg[0] != '-' || arg[1] == '\0')
            string_list_add(&options->words, arg, strlen(arg));
        else if (strcmp(arg, "--") == 0)
            is_ended = true;
        else if (arg[1] == '-')
            ok = option_read_long(&reader, arg, err);
        else
            ok = option_read_short(&reader, arg, err);
        if (!ok)
            return false;
    }
    return true;
}

/* The line of the table's option number `index` among those that are in `scope`. */
static bool option_line_of_table(unsigned scope, bool is_top, size_t *index,
                                 struct option_line *line)
{
    for (size_t i = 0; i < COUNT_OF(option_table); i++) {
        const struct option_info *info = &option_table[i];
        if ((info->scope == OPTION_TOP) != is_top || !option_is_in(info, scope))
            continue;
        if ((*index)-- > 0)
            continue;
        *line =
            (struct option_line){info->letter, info->name, info->value_name, info->help};
        return true;
    }
    return false;
}

bool options_get_line(unsigned scope, size_t index, struct option_line *line)
{
    const size_t settings = (scope & OPTION_TALK) != 0 ? SETTING_COUNT : 0;
    if (option_line_of_table(scope, false, &index, line))
        return true;
    if (index >= settings) {
        index -= settings;
        return option_line_of_table(scope, true, &index, line);
    }
    const struct setting_info *info = setting_info_get((enum setting_id)index);
    const char letter = index == SETTING_JOBS ? 'j' : 0;
    *line = (struct option_line){letter, info->option, info->value_name, info->help};
    return true;
}

static void option_print(FILE *file, const struct option_line *line)
{
    char left[64];
    char short_form[5] = "    ";
    if (line->letter != 0)
        snprintf(short_form, sizeof(short_form), "-%c, ", line->letter);
    snprintf(left, sizeof(left), "  %s--%s%s%s", short_form, line->name,
             line->value_name != NULL ? " " : "",
             line->value_name != NULL ? line->value_name : "");
    fprintf(file, "%-38s %s\n", left, line->help);
}

void options_print_help(unsigned scope, FILE *file)
{
    struct option_line line;
    for (size_t i = 0; options_get_line(scope, i, &line); i++)
        option_print(file, &line);
    if ((scope & OPTION_TALK) == 0)
        return;
    fprintf(file, "\nParameters for -p:\n");
    for (size_t i = 0; param_info_get(i) != NULL; i++) {
        const struct param_info *info = param_info_get(i);
        fprintf(file, "  %-18s %s%s%s\n", info->name, info->help,
                info->choices != NULL ? ": " : "",
                info->choices != NULL ? info->choices : "");
    }
}
