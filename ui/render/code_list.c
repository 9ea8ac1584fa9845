/* Listens to the layout of the text (markdown_tell_code). */
#include "ui/render/code_list.h"

#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "ui/render/markdown.h"

static void list_on_block(void *user, const char *info, size_t len, unsigned number)
{
    struct code_list *list = user;
    size_t word = 0;
    while (word < len && strchr(" \t,{:", info[word]) == NULL)
        word++;
    list->items =
        mem_grow(list->items, &list->cap, list->count + 1, sizeof(list->items[0]));
    struct code_block *block = &list->items[list->count++];
    *block = (struct code_block){.number = number, .language = mem_strndup(info, word)};
    strbuf_init(&block->text, STRBUF_OWN_MAX);
}

static void list_on_line(void *user, const char *line, size_t len, size_t indent)
{
    struct code_list *list = user;
    if (list->count == 0)
        return;
    struct code_block *block = &list->items[list->count - 1];
    for (size_t i = 0; i < indent; i++)
        strbuf_append_char(&block->text, ' ');
    strbuf_append(&block->text, line, len);
    strbuf_append_char(&block->text, '\n');
    block->line_count++;
}

void code_list_add(struct code_list *list, const char *text, size_t len)
{
    const struct code_sink sink = {list_on_block, list_on_line, list};
    const unsigned before = list->count > 0 ? list->items[list->count - 1].number : 0;
    markdown_tell_code(text, len, before, &sink);
}

void code_list_clear(struct code_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        mem_free(list->items[i].language);
        strbuf_clear(&list->items[i].text);
    }
    mem_free(list->items);
    *list = (struct code_list){0};
}

const char *code_list_ending(const char *language)
{
    static const char *const endings[][2] = {
        {"bash", "sh"},       {"c", "c"},           {"c#", "cs"},
        {"c++", "cpp"},       {"cc", "cpp"},        {"clojure", "clj"},
        {"cpp", "cpp"},       {"cs", "cs"},         {"csharp", "cs"},
        {"css", "css"},       {"csv", "csv"},       {"dart", "dart"},
        {"diff", "diff"},     {"elixir", "ex"},     {"erlang", "erl"},
        {"fish", "fish"},     {"fortran", "f90"},   {"go", "go"},
        {"golang", "go"},     {"h", "h"},           {"haskell", "hs"},
        {"hs", "hs"},         {"html", "html"},     {"ini", "ini"},
        {"java", "java"},     {"javascript", "js"}, {"js", "js"},
        {"json", "json"},     {"jsx", "jsx"},       {"julia", "jl"},
        {"kotlin", "kt"},     {"latex", "tex"},     {"lua", "lua"},
        {"makefile", "mk"},   {"markdown", "md"},   {"md", "md"},
        {"nix", "nix"},       {"ocaml", "ml"},      {"patch", "patch"},
        {"perl", "pl"},       {"php", "php"},       {"powershell", "ps1"},
        {"proto", "proto"},   {"py", "py"},         {"python", "py"},
        {"python3", "py"},    {"r", "r"},           {"rb", "rb"},
        {"rs", "rs"},         {"ruby", "rb"},       {"rust", "rs"},
        {"scala", "scala"},   {"scheme", "scm"},    {"scss", "scss"},
        {"sh", "sh"},         {"shell", "sh"},      {"sql", "sql"},
        {"svg", "svg"},       {"swift", "swift"},   {"tex", "tex"},
        {"toml", "toml"},     {"ts", "ts"},         {"tsx", "tsx"},
        {"typescript", "ts"}, {"vim", "vim"},       {"xml", "xml"},
        {"yaml", "yaml"},     {"yml", "yaml"},      {"zig", "zig"},
        {"zsh", "zsh"},
    };
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        if (strcasecmp(endings[i][0], language) == 0)
            return endings[i][1];
    }
    return "txt";
}
