/* Two programs are played by two stores in one process: SQLite keeps them apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/keeper_stage.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/store/store.h"
#include "tests/support/store_stage.h"

static void on_notice(void *user, const char *sentence)
{
    struct keeper_stage *stage = user;
    strbuf_append_format(&stage->notices, "%s\n", sentence);
}

static void stage_add_endpoint(struct keeper_stage *stage, const struct endpoint *from,
                               const char *model)
{
    char *name = strbuf_format("%s/%s", from->name, model);
    endpoint_init(catalog_add_endpoint(&stage->catalog), from->name, from->api,
                  from->base_url);
    catalog_add_model(&stage->catalog, name);
    mem_free(name);
}

int keeper_stage_setup(void **state)
{
    struct keeper_stage *stage = mem_alloc(sizeof(*stage));
    engine_world_init(&stage->world);
    catalog_init(&stage->catalog);
    strbuf_init(&stage->notices, STRBUF_OWN_MAX);
    stage_add_endpoint(stage, &stage->world.demo_endpoint, "sage");
    stage_add_endpoint(stage, &stage->world.raw_endpoint, "m");
    stage->world.catalog = &stage->catalog;
    stage->path = mem_strdup(store_stage_path());
    keeper_stage_start(stage);
    *state = stage;
    return 0;
}

int keeper_stage_teardown(void **state)
{
    struct keeper_stage *stage = *state;
    keeper_stage_end(stage);
    engine_world_clear(&stage->world);
    catalog_clear(&stage->catalog);
    strbuf_clear(&stage->notices);
    mem_free(stage->path);
    mem_free(stage);
    return 0;
}

void keeper_stage_start(struct keeper_stage *stage)
{
    engine_world_start(&stage->world);
    if (stage->keeper == NULL)
        stage->keeper = session_keeper_new(
            &(struct session_keeper_options){.engine = stage->world.engine,
                                             .loop = stage->world.loop,
                                             .catalog = &stage->catalog,
                                             .path = stage->path,
                                             .on_notice = on_notice,
                                             .user = stage});
}

void keeper_stage_end(struct keeper_stage *stage)
{
    session_keeper_free(stage->keeper);
    engine_free(stage->world.engine);
    stage->keeper = NULL;
    stage->world.engine = NULL;
}

chat_id keeper_stage_open(struct keeper_stage *stage, const char *provider,
                          const char *model)
{
    return engine_world_open_at(&stage->world,
                                catalog_find_endpoint(&stage->catalog, provider), model);
}

void keeper_stage_restore(struct keeper_stage *stage, int64_t id,
                          struct restored_session *restored)
{
    struct error err = {ERROR_NONE, NULL};
    if (!session_keeper_restore(stage->keeper, id, restored, &err))
        fail_msg("%s", error_text(&err));
}

void keeper_stage_read(const struct keeper_stage *stage, int64_t id,
                       struct session *session)
{
    struct error err = {ERROR_NONE, NULL};
    struct store *store = store_stage_open(stage->path);
    if (!store_read_session(store, id, session, &err))
        fail_msg("%s", error_text(&err));
    store_close(store);
}

size_t keeper_stage_count(const struct keeper_stage *stage)
{
    struct error err = {ERROR_NONE, NULL};
    struct session_row *rows;
    size_t count;
    struct store *store = store_stage_open(stage->path);
    if (!store_list(store, NULL, NULL, 100, &rows, &count, &err))
        fail_msg("%s", error_text(&err));
    session_rows_free(rows, count);
    store_close(store);
    return count;
}
