/*
 * The `tools` model. A turn that ends with the person's words is answered with a few
 * words and two calls in parallel, for the weather and a book (for the latter alone where
 * the words speak of nothing else); where they speak of a file, with one call that lists
 * files and, once they are listed, one that reads the first. A turn that ends with tool
 * results is answered from them, whatever they say (also that the person refused).
 */
#include "src/demo/demo_text.h"

#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

/* A result is quoted up to here. */
#define RESULT_MAX 400
#define CITY_MAX   40
#define FILE_MAX   200

struct book {
    const char *title;
    const char *author;
};

static const struct book books[] = {
    {"The Salt Cartographer", "Ilse Varga"},
    {"A Winter in Low Water", "Tomás Herrero"},
    {"Nine Keys for a Door of Smoke", "Adaeze Obi"},
    {"The Keeper’s Ledger", "Jun Mori"},
};

static const char *const cities[] = {"Lisbon", "Reykjavík", "Kyoto", "Montréal"};

/* Copies the name after " in " if it begins with a capital, as in "weather in Oslo". */
static bool find_city(const char *prompt, char city[CITY_MAX + 1])
{
    for (const char *at = strstr(prompt, " in "); at != NULL;
         at = strstr(at + 1, " in ")) {
        const char *name = at + 4;
        const size_t len = strcspn(name, " .,;:!?\"'\n\t()");
        if (*name >= 'A' && *name <= 'Z' && len <= CITY_MAX) {
            memcpy(city, name, len);
            city[len] = '\0';
            return true;
        }
    }
    return false;
}

/* True if the person's words have the word in them, in any case. */
static bool speaks_of(const struct demo_chat *chat, const char *word)
{
    for (const char *at = demo_chat_prompt(chat); *at != '\0'; at++) {
        if (strncasecmp(at, word, strlen(word)) == 0)
            return true;
    }
    return false;
}

static void add_weather_call(struct demo_script *script, const char *city,
                             struct rng *rng)
{
    struct strbuf arguments;
    strbuf_init(&arguments, STRBUF_OWN_MAX);
    strbuf_append_text(&arguments, "{\"city\":");
    json_append_string(&arguments, city, strlen(city));
    strbuf_append_text(&arguments, ",\"unit\":\"celsius\"}");
    demo_script_add_call(script, "get_weather", strbuf_take(&arguments), rng);
}

static void add_book_call(struct demo_script *script, const struct book *book,
                          struct rng *rng)
{
    struct strbuf arguments;
    strbuf_init(&arguments, STRBUF_OWN_MAX);
    strbuf_append_text(&arguments, "{\"title\":");
    json_append_string(&arguments, book->title, strlen(book->title));
    strbuf_append_text(&arguments, ",\"author\":");
    json_append_string(&arguments, book->author, strlen(book->author));
    strbuf_append_text(&arguments, "}");
    demo_script_add_call(script, "format_book", strbuf_take(&arguments), rng);
}

/* Both, unless it is a book alone that is asked for. */
static void add_calls(struct demo_script *script, const struct demo_chat *chat)
{
    struct rng rng = demo_script_rng(chat, 0);
    const bool is_book = speaks_of(chat, "book") && !speaks_of(chat, "weather");
    const char *chance = cities[rng_below(&rng, COUNT_OF(cities))];
    char city[CITY_MAX + 1];
    if (!find_city(demo_chat_prompt(chat), city))
        memcpy(city, chance, strlen(chance) + 1);
    const struct book *book = &books[rng_below(&rng, COUNT_OF(books))];
    if (!is_book)
        add_weather_call(script, city, &rng);
    add_book_call(script, book, &rng);
    strbuf_append_text(&script->text,
                       is_book ? "Let me get the book's card ready."
                               : "Let me look at the weather and get the book's card "
                                 "ready.");
}

static void add_file_call(struct demo_script *script, const struct demo_chat *chat)
{
    struct rng rng = demo_script_rng(chat, 0);
    demo_script_add_call(script, "list_files", mem_strdup("{}"), &rng);
    strbuf_append_text(&script->text, "Let me see which files there are.");
}

/* The name of the call that a tool message answers. */
static const char *call_name(const struct demo_message *asking, const char *id)
{
    for (size_t i = 0; i < asking->call_count; i++) {
        if (strcmp(asking->calls[i].id, id) == 0)
            return asking->calls[i].name;
    }
    return "";
}

static void append_result(struct strbuf *out, const char *name, const char *result)
{
    if (strcmp(name, "get_weather") == 0)
        strbuf_append_text(out, "- The **weather** service says: ");
    else if (strcmp(name, "format_book") == 0)
        strbuf_append_text(out, "- The **book** to take along: ");
    else
        strbuf_append_format(out, "- `%.64s` gave: ", name);
    const size_t len = strlen(result);
    size_t end = len < RESULT_MAX ? len : RESULT_MAX;
    while (end < len && ((unsigned char)result[end] & 0xc0) == 0x80)
        end--;
    strbuf_append(out, result, end);
    strbuf_append_text(out, end < len ? "…\n" : "\n");
}

/* Answers in words from the results at the end of the conversation. */
static void use_results(struct strbuf *out, const struct demo_chat *chat)
{
    size_t first = chat->message_count;
    while (first > 0 && chat->messages[first - 1].role == DEMO_ROLE_TOOL)
        first--;
    strbuf_append_text(out, "Here is what came back:\n\n");
    bool has_book = false;
    for (size_t i = first; first > 0 && i < chat->message_count; i++) {
        const struct demo_message *result = &chat->messages[i];
        const char *name = call_name(&chat->messages[first - 1], result->tool_call_id);
        append_result(out, name, result->text);
        has_book = has_book || strcmp(name, "format_book") == 0;
    }
    if (has_book)
        strbuf_append_text(out, "\nPack the book, look at the sky once more, and go.\n");
}

/* The first name of a list of files that is no folder's: up to white space. */
static size_t find_file(const char *list, const char **name)
{
    while (*list != '\0') {
        list += strspn(list, " \t\r\n");
        const size_t len = strcspn(list, " \t\r\n");
        const bool is_name = len > 0 && len <= FILE_MAX && list[len - 1] != '/' &&
                             memchr(list, '.', len) != NULL;
        if (is_name) {
            *name = list;
            return len;
        }
        list += strcspn(list, "\n");
    }
    return 0;
}

/* Asks for the first file of the list that has just come; false if there is none. */
static bool add_read_call(struct demo_script *script, const struct demo_chat *chat)
{
    const struct demo_message *last = &chat->messages[chat->message_count - 1];
    const struct demo_message *asking =
        chat->message_count > 1 ? &chat->messages[chat->message_count - 2] : NULL;
    const char *name = NULL;
    if (asking == NULL || !chat->allows_tools ||
        strcmp(call_name(asking, last->tool_call_id), "list_files") != 0)
        return false;
    const size_t len = find_file(last->text, &name);
    if (len == 0)
        return false;
    struct rng rng = demo_script_rng(chat, 1);
    struct strbuf arguments;
    strbuf_init(&arguments, STRBUF_OWN_MAX);
    strbuf_append_text(&arguments, "{\"path\":");
    json_append_string(&arguments, name, len);
    strbuf_append_text(&arguments, "}");
    demo_script_add_call(script, "read_file", strbuf_take(&arguments), &rng);
    strbuf_append_text(&script->text, "I will read the first one.");
    return true;
}

void demo_text_tools(struct demo_script *script, const struct demo_chat *chat,
                     uint64_t round)
{
    const struct demo_message *last = &chat->messages[chat->message_count - 1];
    if (round > 0)
        strbuf_append_text(&script->text,
                           "And the weather holds, as far as I can see.\n");
    else if (last->role == DEMO_ROLE_TOOL && add_read_call(script, chat))
        return;
    else if (last->role == DEMO_ROLE_TOOL)
        use_results(&script->text, chat);
    else if (chat->allows_tools && speaks_of(chat, "file"))
        add_file_call(script, chat);
    else if (chat->allows_tools)
        add_calls(script, chat);
    else
        strbuf_append_text(&script->text,
                           "Without tools I can only guess: mild, with a good book.\n");
}
