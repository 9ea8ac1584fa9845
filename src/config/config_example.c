/*
 * The example is made from the table, so it cannot forget a setting. Each setting stands
 * behind a "#" with its help above it: the file as it comes changes nothing, and taking
 * the "#" away from any of the lines gives a configuration that holds.
 */
#include "src/config/config.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"

/* A provider or model of the example. */
struct example_section {
    const char *name;
    const enum setting_id *ids; /* SETTING_TABLE_COUNT at the end; NULL: all of the table
                                   that no other of this kind shows */
};

static const enum setting_id openai_ids[] = {
    SETTING_PROVIDER_PRESET, SETTING_PROVIDER_KEY_ENV, SETTING_TABLE_COUNT};
static const enum setting_id lab_ids[] = {SETTING_PROVIDER_KEY_FILE,
                                          SETTING_PROVIDER_LOCAL, SETTING_TABLE_COUNT};

static const struct example_section example_providers[] = {
    {"openai", openai_ids}, {"lab", lab_ids}, {"work", NULL}};
static const struct example_section example_models[] = {{"gpt", NULL}};
static const enum setting_id web_ids[] = {SETTING_SERVER_URL, SETTING_SERVER_HEADERS,
                                          SETTING_SERVER_CA_FILE, SETTING_TABLE_COUNT};
static const struct example_section example_servers[] = {{"files", NULL},
                                                         {"web", web_ids}};

static bool example_has(const struct example_section *section, enum setting_id id)
{
    for (const enum setting_id *at = section->ids; *at != SETTING_TABLE_COUNT; at++) {
        if (*at == id)
            return true;
    }
    return false;
}

/* True if `section` of the `count` sections of a kind is the one to show the setting. */
static bool example_shows(const struct example_section *sections, size_t count,
                          const struct example_section *section, enum setting_id id)
{
    if (section->ids != NULL)
        return example_has(section, id);
    for (size_t i = 0; i < count; i++) {
        if (sections[i].ids != NULL && example_has(&sections[i], id))
            return false;
    }
    return true;
}

static void write_setting(struct strbuf *out, enum setting_id id, const char *indent)
{
    const struct setting_info *info = setting_info_get(id);
    /* The help of the first ones names the default, for the command line. */
    const bool has_default = info->default_text[0] != '\0' && id >= SETTING_COUNT;
    strbuf_append_format(out, "%s# %s", indent, info->help);
    if (has_default)
        strbuf_append_format(out, "; default: %s", info->default_text);
    strbuf_append_format(out, "\n#%s%s: %s\n", indent, info->name, info->example);
}

static void write_named(struct strbuf *out, enum setting_section kind,
                        const struct example_section *sections, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        strbuf_append_format(out, "#  %s:\n", sections[i].name);
        /* The address comes with each provider that is no preset. */
        if (sections[i].ids == lab_ids)
            strbuf_append_text(out, "#    url: http://lab.example.com:8000\n");
        for (int id = 0; id < SETTING_TABLE_COUNT; id++) {
            const struct setting_info *info = setting_info_get((enum setting_id)id);
            if (info->section == kind &&
                example_shows(sections, count, &sections[i], (enum setting_id)id))
                write_setting(out, (enum setting_id)id, "    ");
        }
    }
}

static void write_section(struct strbuf *out, enum setting_section kind)
{
    for (int id = 0; id < SETTING_TABLE_COUNT; id++) {
        if (setting_info_get((enum setting_id)id)->section == kind)
            write_setting(out, (enum setting_id)id, "  ");
    }
}

void config_write_example(struct strbuf *out)
{
    strbuf_append_text(
        out,
        "# Motet's configuration. Lines that begin with \"#\" and a space explain; "
        "those\n"
        "# with \"#\" alone are examples: take the \"#\" away to use them, and that of\n"
        "# the names above them. Times read 30s, 2m, 1h30m; rates 60/min. motet config\n"
        "# check says what is wrong with this file, motet config show what is in force.\n"
        "\n# What holds for every model, where its own section says nothing else.\n"
        "#defaults:\n");
    write_section(out, SECTION_DEFAULTS);
    strbuf_append_text(
        out, "\n# Where models are. The names are yours: PROVIDER/MODEL stands\n"
             "# for any model of a provider. Keys never stand in this file.\n"
             "#providers:\n");
    write_named(out, SECTION_PROVIDER, example_providers, COUNT_OF(example_providers));
    strbuf_append_text(out, "\n# Short names for models, with what is to be said once.\n"
                            "#models:\n");
    write_named(out, SECTION_MODEL, example_models, COUNT_OF(example_models));
    strbuf_append_text(out, "\n# Servers of the Model Context Protocol. Their tools are "
                            "called NAME.TOOL.\n"
                            "#mcp:\n");
    write_named(out, SECTION_SERVER, example_servers, COUNT_OF(example_servers));
    strbuf_append_text(out,
                       "\n# Keys of the screen: KEY: ACTION gives a key to an action, "
                       "KEY: none takes it\n"
                       "# away. F1 on the screen shows the keys, its palette the names "
                       "of the actions.\n"
                       "#keys:\n");
    write_section(out, SECTION_KEYS);
}
