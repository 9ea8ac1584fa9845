/* The folder stands in /tmp: its path is short enough for any dialog. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/script_tools.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"

void script_tools_init(struct script_tools *folder)
{
    snprintf(folder->path, sizeof(folder->path), "/tmp/motet-tools-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
}

void script_tools_clear(struct script_tools *folder)
{
    DIR *entries = opendir(folder->path);
    assert_non_null(entries);
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (entry->d_name[0] != '.')
            assert_int_equal(unlinkat(dirfd(entries), entry->d_name, 0), 0);
    }
    closedir(entries);
    assert_int_equal(rmdir(folder->path), 0);
}

char *script_tools_path(const struct script_tools *folder, const char *name)
{
    return strbuf_format("%s/%s", folder->path, name);
}

void script_tools_add(const struct script_tools *folder, const char *name,
                      const char *script)
{
    char *path = strbuf_format("%s/%s.yaml", folder->path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    const int len = fprintf(file,
                            "name: %s\n"
                            "description: a tool of the test\n"
                            "parameters:\n"
                            "  type: object\n"
                            "  properties:\n"
                            "    city: {type: string}\n"
                            "argv: [/bin/sh, -c, 'cat >> %s/ran.%s; %s']\n",
                            name, folder->path, name, script);
    assert_true(len > 0);
    assert_int_equal(fclose(file), 0);
    mem_free(path);
}

char *script_tools_read(const struct script_tools *folder, const char *name)
{
    struct strbuf text;
    char *path = script_tools_path(folder, name);
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (access(path, R_OK) == 0)
        assert_true(path_read_file(path, &text, NULL));
    mem_free(path);
    return strbuf_take(&text);
}

void script_tools_assert(const struct script_tools *folder, const char *name,
                         const char *expected)
{
    char *text = script_tools_read(folder, name);
    assert_string_equal(text, expected);
    mem_free(text);
}
