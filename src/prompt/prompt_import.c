/* Tells the forms apart: by the file's name, then by what the YAML is. */
#include "src/prompt/prompt_import.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/config/yaml_file.h"
#include "src/prompt/import_draft.h"

static void truncate_list(struct import_list *list, size_t len)
{
    while (list->len > len) {
        struct imported_prompt *last = &list->items[--list->len];
        mem_free(last->name);
        mem_free(last->text);
        text_list_clear(&last->notes);
    }
}

void import_list_clear(struct import_list *list)
{
    truncate_list(list, 0);
    mem_free(list->items);
    *list = (struct import_list){0};
}

static bool refuse(struct problem_list *problems, struct text_place place,
                   const char *what)
{
    problem_list_add(problems, place,
                     "YAML templates of llm, and roles of aichat (.md, or .yaml) can be "
                     "imported",
                     "%s", what);
    return false;
}

static bool import_yaml(const char *stem, const char *bytes, size_t len,
                        struct import_list *list, struct problem_list *problems)
{
    struct yaml_value *root = yaml_file_parse(bytes, len, problems);
    if (root == NULL)
        return false;
    const bool is_llm =
        (root->kind == YAML_VALUE_TEXT && root->text[0] != '\0') ||
        (root->kind == YAML_VALUE_MAP && (yaml_value_get(root, "prompt") != NULL ||
                                          yaml_value_get(root, "system") != NULL));
    bool ok;
    if (is_llm)
        ok = import_llm(stem, root, list, problems);
    else if (root->kind == YAML_VALUE_LIST && root->len > 0)
        ok = import_aichat_roles(root, list, problems);
    else
        ok = refuse(problems, root->place, "there is no prompt in this file");
    yaml_value_free(root);
    return ok;
}

bool prompt_import(const char *path, const char *bytes, size_t len,
                   struct import_list *list, struct problem_list *problems)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    const char *end = dot != NULL ? dot : "";
    const size_t before = list->len;
    const size_t faults = problems->len + problems->left_out;
    const struct text_place whole = {0, 0};
    char *stem = mem_strndup(name, dot != NULL ? (size_t)(dot - name) : strlen(name));
    bool ok;
    if (len > IMPORT_MAX_BYTES)
        ok = refuse(problems, whole, "the file is too large for a prompt");
    else if (memchr(bytes, '\0', len) != NULL || !utf8_is_valid(bytes, len))
        ok = refuse(problems, whole, "the file is not a text in UTF-8");
    else if (stem[0] == '\0')
        ok = refuse(problems, whole, "the file has no name that a prompt could have");
    else if (strcmp(end, ".yaml") == 0 || strcmp(end, ".yml") == 0)
        ok = import_yaml(stem, bytes, len, list, problems);
    else if (strcmp(end, ".md") == 0)
        ok = import_aichat_role(stem, bytes, len, list, problems);
    else
        ok = refuse(problems, whole, "the file's name ends neither in .yaml nor in .md");
    /* What the reader of YAML had to leave out (a name that is there twice) counts too.
     */
    ok = ok && problems->len + problems->left_out == faults;
    if (!ok)
        truncate_list(list, before);
    mem_free(stem);
    return ok;
}
