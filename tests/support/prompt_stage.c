/* One folder a program, made anew for each stage. */
#include "tests/support/prompt_stage.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"

static char folder_path[512];

static const char *const templates[][2] = {
    {"movie", "---\n"
              "description: Tell a plot\n"
              "fields:\n"
              "  genre:\n"
              "    help: any kind of film\n"
              "---\n"
              "Summarize the plot of a {genre} movie.\n"},
    {"rate", "---\n"
             "description: Rate a text\n"
             "fields:\n"
             "  text: {help: what is rated}\n"
             "  tone: {choices: [calm, loud, dry], default: calm}\n"
             "  stars: {type: number, default: 3}\n"
             "system: You rate texts.\n"
             "params: {temperature: 0.5}\n"
             "---\n"
             "In a {tone} tone, give up to {stars} stars to:\n\n{text}\n"},
    {"review", "---\n"
               "description: Review a file\n"
               "fields:\n"
               "  source: {type: file}\n"
               "---\n"
               "Review this:\n\n{source}\n"},
    {"today", "---\n"
              "description: Uses a command\n"
              "fields:\n"
              "  day:\n"
              "    from: {command: [echo, Friday]}\n"
              "---\n"
              "It is {day}.\n"},
    {"broken", "---\n"
               "fields: [\n"
               "---\n"
               "text\n"},
};

const char *prompt_stage_folder(void)
{
    return folder_path;
}

void prompt_stage_write(const char *name, const char *text)
{
    char *path = strbuf_format("%s/%s.md", folder_path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    mem_free(path);
}

static void make_folder(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(folder_path, sizeof(folder_path), "%s/prompts-XXXXXX",
             base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(folder_path));
    for (size_t i = 0; i < COUNT_OF(templates); i++)
        prompt_stage_write(templates[i][0], templates[i][1]);
}

struct app_stage *prompt_stage_new(const struct app_stage_options *options)
{
    struct app_stage_options with_folder = *options;
    make_folder();
    with_folder.prompt_path = folder_path;
    return app_stage_new(&with_folder);
}

struct app_stage *prompt_stage_open_sized(const char *const *models, int width,
                                          int height)
{
    return prompt_stage_new(
        &(struct app_stage_options){.models = models, .width = width, .height = height});
}

struct app_stage *prompt_stage_open(const char *const *models)
{
    return prompt_stage_open_sized(models, 0, 0);
}

struct app_stage *prompt_stage_open_dear(const char *const *models)
{
    struct app_stage *stage = prompt_stage_new(
        &(struct app_stage_options){.models = models, .ask_above = 0.001});
    struct catalog_entry *entry = catalog_add_entry(
        &stage->catalog, "dear", stage->catalog.default_endpoint, "echo?rate=0&ttft=0");
    entry->price_input = 1;
    entry->price_output = 10;
    return stage;
}

void prompt_stage_free(struct app_stage *stage)
{
    app_stage_free(stage);
    DIR *folder = opendir(folder_path);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char *path = strbuf_format("%s/%s", folder_path, entry->d_name);
        unlink(path);
        mem_free(path);
    }
    if (folder != NULL)
        closedir(folder);
    rmdir(folder_path);
}
