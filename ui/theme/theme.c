/*
 * Two passes: what the file says of each role, then what it does not say. The looks are
 * members of a table, so that a fault can name what there is; so are the attributes.
 */
#include "ui/theme/theme.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/config/suggest.h"
#include "src/config/yaml_file.h"
#include "ui/theme/color.h"

static const struct {
    const char *name;
    enum style_attr attr;
} attr_table[] = {
    {"bold", STYLE_BOLD},           {"dim", STYLE_DIM},       {"reverse", STYLE_REVERSE},
    {"underline", STYLE_UNDERLINE}, {"italic", STYLE_ITALIC},
};

static const char *const member_names[] = {"name", "help", "colors", "roles"};

struct theme_reader {
    struct theme *theme;
    struct problem_list *problems;
    const struct yaml_value *colors; /* names of the file's own, or NULL */
    bool is_given[ROLE_COUNT];
    bool has_fg[ROLE_COUNT];
    bool has_bg[ROLE_COUNT];
};

/* --- Faults ----------------------------------------------------------------------- */

/* "did you mean …?", or `otherwise` where nothing is near. */
static void fault_near(struct theme_reader *reader, struct text_place place,
                       const struct suggestion *suggestion, const char *otherwise,
                       const char *what)
{
    char *remedy = suggestion->best != NULL
                       ? strbuf_format("did you mean \"%s\"?", suggestion->best)
                       : mem_strdup(otherwise);
    problem_list_add(reader->problems, place, remedy, "%s", what);
    mem_free(remedy);
}

static void fault_color(struct theme_reader *reader, const struct yaml_value *value,
                        const char *where)
{
    struct suggestion suggestion;
    suggestion_init(&suggestion, value->text);
    for (size_t i = 0; color_name(i) != NULL; i++)
        suggestion_consider(&suggestion, color_name(i));
    for (size_t i = 0; reader->colors != NULL && i < reader->colors->len; i++)
        suggestion_consider(&suggestion, reader->colors->keys[i]->text);
    char *what = strbuf_format("%s: there is no colour \"%s\"", where, value->text);
    fault_near(reader, value->place, &suggestion,
               "a colour is a name such as red, bright-blue or default, a number from 0 "
               "to 255, or \"#rrggbb\"",
               what);
    mem_free(what);
}

/* --- Values ----------------------------------------------------------------------- */

/* Reads a colour or one of the file's own names for one; `where` begins a sentence. */
static bool read_color(struct theme_reader *reader, const struct yaml_value *value,
                       const char *where, int32_t *color)
{
    if (yaml_value_is_nothing(value)) {
        problem_list_add(reader->problems, value->place,
                         "a colour that begins with # stands in quotes: \"#ff8800\"",
                         "%s has no value", where);
        return false;
    }
    if (value->kind != YAML_VALUE_TEXT) {
        problem_list_add(reader->problems, value->place, "", "%s takes one colour",
                         where);
        return false;
    }
    const struct yaml_value *own =
        reader->colors != NULL ? yaml_value_get(reader->colors, value->text) : NULL;
    if (own != NULL && own->kind == YAML_VALUE_TEXT && color_parse(own->text, color))
        return true;
    if (own == NULL && color_parse(value->text, color))
        return true;
    if (own == NULL) /* one that is there but wrong has its own line */
        fault_color(reader, value, where);
    return false;
}

static void read_attr(struct theme_reader *reader, enum role role, enum style_attr attr,
                      const struct yaml_value *value, const char *where)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on"};
    size_t word = 0;
    while (value->kind == YAML_VALUE_TEXT && word < COUNT_OF(words) &&
           strcmp(value->text, words[word]) != 0)
        word++;
    if (value->kind != YAML_VALUE_TEXT || word == COUNT_OF(words))
        problem_list_add(reader->problems, value->place, "", "%s takes yes or no", where);
    else if (word % 2 == 1)
        reader->theme->styles[role].attrs |= (uint8_t)attr;
}

static void fault_member(struct theme_reader *reader, enum role role,
                         const struct yaml_value *key)
{
    struct suggestion suggestion;
    suggestion_init(&suggestion, key->text);
    suggestion_consider(&suggestion, "fg");
    suggestion_consider(&suggestion, "bg");
    for (size_t i = 0; i < COUNT_OF(attr_table); i++)
        suggestion_consider(&suggestion, attr_table[i].name);
    char *what =
        strbuf_format("role %s: a look has no \"%s\"", role_get(role)->name, key->text);
    fault_near(reader, key->place, &suggestion,
               "it has fg, bg, bold, dim, italic, underline and reverse", what);
    mem_free(what);
}

static void read_member(struct theme_reader *reader, enum role role,
                        const struct yaml_value *key, const struct yaml_value *value)
{
    struct style *style = &reader->theme->styles[role];
    char *where = strbuf_format("role %s: %s", role_get(role)->name, key->text);
    size_t attr = 0;
    while (attr < COUNT_OF(attr_table) && strcmp(attr_table[attr].name, key->text) != 0)
        attr++;
    if (strcmp(key->text, "fg") == 0)
        reader->has_fg[role] = read_color(reader, value, where, &style->fg);
    else if (strcmp(key->text, "bg") == 0)
        reader->has_bg[role] = read_color(reader, value, where, &style->bg);
    else if (attr < COUNT_OF(attr_table))
        read_attr(reader, role, attr_table[attr].attr, value, where);
    else
        fault_member(reader, role, key);
    mem_free(where);
}

static void read_role(struct theme_reader *reader, const struct yaml_value *key,
                      const struct yaml_value *value)
{
    const enum role role = role_find(key->text);
    if (role == ROLE_COUNT) {
        struct suggestion suggestion;
        suggestion_init(&suggestion, key->text);
        for (int i = 0; i < ROLE_COUNT; i++)
            suggestion_consider(&suggestion, role_get((enum role)i)->name);
        char *what = strbuf_format("there is no role \"%s\"", key->text);
        fault_near(reader, key->place, &suggestion,
                   "motet themes default shows all roles", what);
        mem_free(what);
        return;
    }
    reader->is_given[role] = true;
    reader->theme->styles[role] =
        (struct style){STYLE_COLOR_DEFAULT, STYLE_COLOR_DEFAULT, 0};
    if (value->kind != YAML_VALUE_MAP && !yaml_value_is_nothing(value)) {
        problem_list_add(reader->problems, value->place, "",
                         "role %s: a look is written as {fg: red, bold: yes}", key->text);
        return;
    }
    for (size_t i = 0; value->kind == YAML_VALUE_MAP && i < value->len; i++)
        read_member(reader, role, value->keys[i], value->items[i]);
}

/* --- The file --------------------------------------------------------------------- */

static void read_text(struct theme_reader *reader, const struct yaml_value *map,
                      const char *name, char **text)
{
    const struct yaml_value *value = yaml_value_get(map, name);
    if (value == NULL || value->kind != YAML_VALUE_TEXT || value->text[0] == '\0')
        problem_list_add(reader->problems, value != NULL ? value->place : map->place, "",
                         "a theme has a %s, a text", name);
    else
        *text = mem_strdup(value->text);
}

static const struct yaml_value *get_map(struct theme_reader *reader,
                                        const struct yaml_value *map, const char *name)
{
    const struct yaml_value *value = yaml_value_get(map, name);
    if (value == NULL || value->kind == YAML_VALUE_MAP)
        return value;
    problem_list_add(reader->problems, value->place, "",
                     "%s holds names, each with what it stands for", name);
    return NULL;
}

static void check_members(struct theme_reader *reader, const struct yaml_value *map)
{
    for (size_t i = 0; i < map->len; i++) {
        struct suggestion suggestion;
        bool is_known = false;
        suggestion_init(&suggestion, map->keys[i]->text);
        for (size_t j = 0; j < COUNT_OF(member_names); j++) {
            is_known = is_known || strcmp(map->keys[i]->text, member_names[j]) == 0;
            suggestion_consider(&suggestion, member_names[j]);
        }
        if (is_known)
            continue;
        char *what = strbuf_format("a theme has no \"%s\"", map->keys[i]->text);
        fault_near(reader, map->keys[i]->place, &suggestion,
                   "it has name, help, colors and roles", what);
        mem_free(what);
    }
}

/* Own names stand for colours, not for other names. */
static void check_colors(struct theme_reader *reader)
{
    const struct yaml_value *colors = reader->colors;
    reader->colors = NULL;
    for (size_t i = 0; colors != NULL && i < colors->len; i++) {
        int32_t color;
        char *where = strbuf_format("colour %s", colors->keys[i]->text);
        read_color(reader, colors->items[i], where, &color);
        mem_free(where);
    }
    reader->colors = colors;
}

/* Gives looks to what the file does not say. Roles stand behind those they are like. */
static void fill_in(struct theme_reader *reader)
{
    struct style *styles = reader->theme->styles;
    for (int role = 0; role < ROLE_COUNT; role++) {
        const struct role_info *info = role_get((enum role)role);
        const struct style *like =
            &styles[reader->is_given[role] ? ROLE_TEXT : info->like];
        if (!reader->is_given[role])
            styles[role].attrs = info->style.attrs;
        if (role == ROLE_TEXT)
            continue;
        if (!reader->has_fg[role])
            styles[role].fg = like->fg;
        if (!reader->has_bg[role])
            styles[role].bg = like->bg;
    }
}

bool theme_parse(struct theme *theme, const char *bytes, size_t len,
                 struct problem_list *problems)
{
    const size_t before = problems->len;
    struct theme_reader reader = {.theme = theme, .problems = problems};
    *theme = (struct theme){0};
    struct yaml_value *map = yaml_file_parse(bytes, len, problems);
    for (int i = 0; i < ROLE_COUNT; i++)
        theme->styles[i] = (struct style){STYLE_COLOR_DEFAULT, STYLE_COLOR_DEFAULT, 0};
    if (map != NULL && map->kind != YAML_VALUE_MAP) {
        problem_list_add(problems, map->place, "",
                         "a theme has name, help, colors and roles");
    } else if (map != NULL) {
        check_members(&reader, map);
        read_text(&reader, map, "name", &theme->title);
        read_text(&reader, map, "help", &theme->help);
        reader.colors = get_map(&reader, map, "colors");
        check_colors(&reader);
        const struct yaml_value *roles = get_map(&reader, map, "roles");
        for (size_t i = 0; roles != NULL && i < roles->len; i++)
            read_role(&reader, roles->keys[i], roles->items[i]);
        fill_in(&reader);
    }
    yaml_value_free(map);
    return problems->len == before;
}

bool theme_read(struct theme *theme, const char *name, const char *path,
                struct error *err)
{
    struct strbuf bytes;
    struct problem_list problems;
    strbuf_init(&bytes, YAML_FILE_MAX_BYTES + 1);
    problem_list_init(&problems, path);
    *theme = (struct theme){0};
    bool is_ok = path_read_regular_file(path, &bytes, err);
    if (is_ok && !theme_parse(theme, strbuf_text(&bytes), bytes.len, &problems)) {
        problem_list_sort(&problems);
        problem_list_to_error(&problems, err);
        is_ok = false;
    }
    if (is_ok) {
        theme->name = mem_strdup(name);
        theme->path = mem_strdup(path);
    } else {
        theme_clear(theme);
    }
    problem_list_clear(&problems);
    strbuf_clear(&bytes);
    return is_ok;
}

void theme_init_default(struct theme *theme)
{
    *theme = (struct theme){
        .name = mem_strdup(THEME_DEFAULT_NAME),
        .title = mem_strdup("Default"),
        .help = mem_strdup("The terminal's own colours, on light and dark screens.")};
    for (int i = 0; i < ROLE_COUNT; i++)
        theme->styles[i] = role_get((enum role)i)->style;
}

void theme_clear(struct theme *theme)
{
    mem_free(theme->name);
    mem_free(theme->title);
    mem_free(theme->help);
    mem_free(theme->path);
    *theme = (struct theme){0};
}

/* --- Writing ---------------------------------------------------------------------- */

static void write_text(struct strbuf *out, const char *name, const char *text)
{
    strbuf_append_format(out, "%s: \"", name);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            strbuf_append_char(out, '\\');
        strbuf_append_char(out, *text == '\n' ? ' ' : *text);
    }
    strbuf_append_text(out, "\"\n");
}

static void write_role(struct strbuf *out, enum role role, const struct style *style)
{
    char fg[COLOR_TEXT_SIZE];
    char bg[COLOR_TEXT_SIZE];
    color_format(style->fg, fg);
    color_format(style->bg, bg);
    strbuf_append_format(out, "  # %s\n  %s: {fg: \"%s\", bg: \"%s\"",
                         role_get(role)->help, role_get(role)->name, fg, bg);
    for (size_t i = 0; i < COUNT_OF(attr_table); i++) {
        if ((style->attrs & attr_table[i].attr) != 0)
            strbuf_append_format(out, ", %s: yes", attr_table[i].name);
    }
    strbuf_append_text(out, "}\n");
}

void theme_write(const struct theme *theme, struct strbuf *out)
{
    write_text(out, "name", theme->title);
    write_text(out, "help", theme->help);
    strbuf_append_text(out, "roles:\n");
    for (int role = 0; role < ROLE_COUNT; role++)
        write_role(out, (enum role)role, &theme->styles[role]);
}
