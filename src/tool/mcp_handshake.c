/*
 * A server of the modern generation answers server/discover, one of the legacy
 * generation wants initialize. Discover is asked first; any refusal that is not of the
 * modern kind, and silence for a few seconds, lead to initialize as well. Both may then
 * be in flight, and the first good answer wins: a server that is only slow to start (its
 * package is being downloaded) is not taken for another kind.
 */
#include "src/tool/mcp_handshake.h"

#include <string.h>

#include "build-config.h"
#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/tool/mcp_message.h"
#include "src/tool/mcp_state.h"

#define TITLE_MAX        ((size_t)200)
#define INSTRUCTIONS_MAX ((size_t)16 << 10)

/* Newest first. */
static const char *const legacy_versions[] = {"2025-11-25", "2025-06-18", "2025-03-26",
                                              "2024-11-05"};
static const char *const modern_versions[] = {"2026-07-28"};
/* From this one on HTTP requests say which revision they are of. */
#define FIRST_VERSION_IN_HEADER "2025-06-18"

static void handshake_ask_initialize(struct mcp_server *server, const char *version);

static const char *handshake_find_version(const char *version)
{
    for (size_t i = 0; version != NULL && i < COUNT_OF(legacy_versions); i++) {
        if (strcmp(legacy_versions[i], version) == 0)
            return legacy_versions[i];
    }
    return NULL;
}

/* The newest revision of that generation that a server's list and ours have in common,
 * or NULL. */
static const char *handshake_pick_version(const cJSON *supported, bool is_modern)
{
    const char *const *ours = is_modern ? modern_versions : legacy_versions;
    const size_t count =
        is_modern ? COUNT_OF(modern_versions) : COUNT_OF(legacy_versions);
    for (size_t i = 0; i < count; i++) {
        for (const cJSON *item = cJSON_IsArray(supported) ? supported->child : NULL;
             item != NULL; item = item->next) {
            if (cJSON_IsString(item) && strcmp(item->valuestring, ours[i]) == 0)
                return ours[i];
        }
    }
    return NULL;
}

void mcp_handshake_append_capabilities(const struct mcp_server *server,
                                       struct strbuf *out)
{
    strbuf_append_text(out, "{\"roots\":{}");
    if (server->options.is_sampling_offered && server->owner.on_request != NULL)
        strbuf_append_text(out, ",\"sampling\":{}");
    /* An empty object means: forms only. */
    if (server->options.is_elicitation_offered && server->owner.on_request != NULL)
        strbuf_append_text(out, ",\"elicitation\":{}");
    strbuf_append_char(out, '}');
}

bool mcp_handshake_is_going_on(const struct mcp_server *server)
{
    return server->handshake.deadline_ms >= 0;
}

bool mcp_handshake_may_skip_probe(const struct mcp_server *server)
{
    return mcp_handshake_is_going_on(server) && server->handshake.was_probed &&
           !server->handshake.is_probe_skipped;
}

void mcp_handshake_clear(struct mcp_server *server)
{
    struct mcp_handshake *handshake = &server->handshake;
    mcp_pending_drop(server, handshake->discover);
    mcp_pending_drop(server, handshake->initialize);
    handshake->discover = handshake->initialize = NULL;
    handshake->initialize_ms = handshake->deadline_ms = -1;
    handshake->is_posting = handshake->was_version_asked = false;
    handshake->was_probed = false;
    mem_free(handshake->failure);
    handshake->failure = NULL;
}

/* --- The end
 * ----------------------------------------------------------------------------
 */

/* One way has failed: the other one may still lead there. */
static void handshake_lose(struct mcp_server *server, const char *words)
{
    struct mcp_handshake *handshake = &server->handshake;
    if (handshake->discover != NULL || handshake->initialize != NULL) {
        mem_free(handshake->failure);
        handshake->failure = mem_strdup(words);
        return;
    }
    struct error error = {ERROR_NONE, NULL};
    error_set(&error, ERROR_PROTOCOL, "%s", words);
    mcp_server_fail(server, &error);
    error_clear(&error);
}

static void handshake_fail(struct mcp_server *server, const char *words)
{
    mcp_pending_drop(server, server->handshake.discover);
    mcp_pending_drop(server, server->handshake.initialize);
    server->handshake.discover = server->handshake.initialize = NULL;
    handshake_lose(server, words);
}

/* What HTTP itself refused cannot be mended by another method. True if it was that. */
static bool handshake_is_refused(struct mcp_server *server,
                                 const struct mcp_answer *answer)
{
    const bool is_access = answer->status == 401 || answer->status == 403;
    const bool is_unreachable = mcp_link_is_http(server->link) && answer->status == 0 &&
                                answer->code == 0 && !answer->is_over_time;
    if (!is_access && !is_unreachable)
        return false;
    handshake_fail(server, answer->words);
    return true;
}

static void handshake_note_capabilities(struct mcp_server *server,
                                        const cJSON *capabilities)
{
    server->has_tools = json_has(capabilities, "tools");
    server->has_resources = json_has(capabilities, "resources");
    server->has_prompts = json_has(capabilities, "prompts");
    server->has_changes = false;
    static const char *const lists[] = {"tools", "resources", "prompts"};
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        const cJSON *list = json_get(capabilities, lists[i]);
        if (cJSON_IsTrue(json_get(list, "listChanged")))
            server->has_changes = true;
    }
}

static void handshake_note_identity(struct mcp_server *server, const cJSON *info,
                                    const cJSON *result)
{
    const char *name = json_get_string(info, "title");
    const char *version = json_get_string(info, "version");
    if (name == NULL)
        name = json_get_string(info, "name");
    mem_free(server->title);
    mem_free(server->instructions);
    server->title = NULL;
    if (name != NULL) {
        char *words = version != NULL ? strbuf_format("%s %s", name, version) : NULL;
        server->title = mcp_tools_take_text(words != NULL ? words : name, TITLE_MAX);
        mem_free(words);
    }
    server->instructions =
        mcp_tools_take_text(json_get_string(result, "instructions"), INSTRUCTIONS_MAX);
}

void mcp_handshake_go_on(struct mcp_server *server)
{
    const enum mcp_generation known = server->generation;
    mcp_handshake_clear(server);
    server->handshake.known = known;
    log_info(server->log, "mcp", "%s: connected, revision %s", server->options.name,
             server->version);
    if (known == MCP_LEGACY)
        mcp_link_listen(server->link);
    mcp_lists_begin(server);
    mcp_pending_resend(server);
    if (known == MCP_MODERN && server->has_changes)
        mcp_lists_subscribe(server);
    mcp_server_change(server);
}

static void handshake_settle_modern(struct mcp_server *server, const char *version)
{
    mcp_pending_drop(server, server->handshake.initialize);
    server->handshake.initialize = NULL;
    server->generation = MCP_MODERN;
    server->version = version;
    mcp_link_set_version(server->link, version, true);
    mcp_handshake_go_on(server);
}

static void handshake_settle_legacy(struct mcp_server *server, const char *version,
                                    const cJSON *result)
{
    mcp_pending_drop(server, server->handshake.discover);
    server->handshake.discover = NULL;
    server->generation = MCP_LEGACY;
    server->version = version;
    handshake_note_capabilities(server, json_get(result, "capabilities"));
    handshake_note_identity(server, json_get(result, "serverInfo"), result);
    mcp_link_set_version(server->link,
                         strcmp(version, FIRST_VERSION_IN_HEADER) >= 0 ? version : NULL,
                         false);
    mcp_server_notify(server, "notifications/initialized", NULL, true);
    /* Each message is a request of its own there: the next must not overtake this one. */
    if (mcp_link_is_http(server->link))
        server->handshake.is_posting = true;
    else
        mcp_handshake_go_on(server);
}

/* --- initialize
 * ----------------------------------------------------------------------------
 */

static void handshake_on_initialize(struct mcp_server *server, void *user,
                                    const struct mcp_answer *answer)
{
    (void)user;
    server->handshake.initialize = NULL;
    if (answer->result != NULL) {
        const char *theirs = json_get_string(answer->result, "protocolVersion");
        const char *version = handshake_find_version(theirs);
        if (version != NULL) {
            handshake_settle_legacy(server, version, answer->result);
            return;
        }
        char *shown = mcp_tools_take_text(theirs != NULL ? theirs : "none", 60);
        char *words = strbuf_format("the server speaks the protocol's revision %s; known "
                                    "here are %s and earlier",
                                    shown, legacy_versions[0]);
        handshake_lose(server, words);
        mem_free(words);
        mem_free(shown);
        return;
    }
    if (handshake_is_refused(server, answer))
        return;
    const char *version =
        handshake_pick_version(json_get(answer->data, "supported"), false);
    if (version != NULL && !server->handshake.was_version_asked) {
        server->handshake.was_version_asked = true;
        handshake_ask_initialize(server, version);
        return;
    }
    char *words = strbuf_format("the server refuses to begin: %s", answer->words);
    handshake_lose(server, words);
    mem_free(words);
}

static int64_t handshake_time_left(const struct mcp_server *server)
{
    const int64_t left_ms = server->handshake.deadline_ms - clock_now_ms();
    return left_ms > 1 ? left_ms : 1;
}

static void handshake_ask_initialize(struct mcp_server *server, const char *version)
{
    struct strbuf members;
    strbuf_init(&members, STRBUF_OWN_MAX);
    strbuf_append_format(&members,
                         "\"protocolVersion\":\"%s\",\"capabilities\":", version);
    mcp_handshake_append_capabilities(server, &members);
    strbuf_append_text(
        &members,
        ",\"clientInfo\":{\"name\":\"motet\",\"version\":\"" PACKAGE_VERSION "\"}");
    const struct mcp_ask ask = {
        .method = "initialize",
        .members = strbuf_text(&members),
        .limit_ms = handshake_time_left(server),
        .is_silent = true,
        .on_answer = handshake_on_initialize,
    };
    server->handshake.initialize_ms = -1;
    mcp_link_set_version(server->link, NULL, false);
    server->handshake.initialize = mcp_pending_ask(server, &ask);
    strbuf_clear(&members);
}

/* --- server/discover
 * ----------------------------------------------------------------------------
 */

/* Goes the legacy way, unless that has been tried already. */
static void handshake_turn_legacy(struct mcp_server *server)
{
    const struct mcp_handshake *handshake = &server->handshake;
    if (handshake->initialize != NULL)
        return;
    if (handshake->failure == NULL) {
        handshake_ask_initialize(server, legacy_versions[0]);
        return;
    }
    char *words = mem_strdup(handshake->failure);
    handshake_lose(server, words);
    mem_free(words);
}

static void handshake_take_discovery(struct mcp_server *server, const cJSON *result)
{
    const cJSON *supported = json_get(result, "supportedVersions");
    const char *version = handshake_pick_version(supported, true);
    if (version == NULL) {
        handshake_turn_legacy(server);
        return;
    }
    handshake_note_capabilities(server, json_get(result, "capabilities"));
    handshake_note_identity(
        server, json_get(json_get(result, "_meta"), "io.modelcontextprotocol/serverInfo"),
        result);
    handshake_settle_modern(server, version);
}

static void handshake_on_discover(struct mcp_server *server, void *user,
                                  const struct mcp_answer *answer)
{
    (void)user;
    server->handshake.discover = NULL;
    if (answer->result != NULL) {
        handshake_take_discovery(server, answer->result);
        return;
    }
    if (handshake_is_refused(server, answer))
        return;
    if (answer->code == MCP_CODE_HEADER_MISMATCH ||
        answer->code == MCP_CODE_NEEDS_CAPABILITY) {
        handshake_fail(server, answer->words);
        return;
    }
    if (answer->status == 404 && answer->code == MCP_CODE_UNKNOWN_METHOD) {
        /* Modern by its manner of refusing; what it can do is not known. */
        server->has_tools = true;
        handshake_settle_modern(server, modern_versions[0]);
        return;
    }
    handshake_turn_legacy(server);
}

static void handshake_ask_discover(struct mcp_server *server)
{
    const struct mcp_ask ask = {
        .method = "server/discover",
        .modern_version = modern_versions[0],
        .limit_ms = handshake_time_left(server),
        .is_silent = true,
        .on_answer = handshake_on_discover,
    };
    server->handshake.was_probed = true;
    mcp_link_set_version(server->link, modern_versions[0], true);
    server->handshake.discover = mcp_pending_ask(server, &ask);
    if (!mcp_link_is_http(server->link))
        server->handshake.initialize_ms =
            clock_now_ms() + server->options.probe_timeout_ms;
}

/* --- Time
 * ----------------------------------------------------------------------------
 */

void mcp_handshake_begin(struct mcp_server *server)
{
    struct mcp_handshake *handshake = &server->handshake;
    mcp_handshake_clear(server);
    handshake->deadline_ms = clock_now_ms() + server->options.start_timeout_ms;
    server->generation = MCP_ANY;
    server->version = NULL;
    server->has_tools = server->has_resources = server->has_prompts = false;
    if (handshake->known == MCP_LEGACY || handshake->is_probe_skipped)
        handshake_ask_initialize(server, legacy_versions[0]);
    else
        handshake_ask_discover(server);
}

void mcp_handshake_expire(struct mcp_server *server, int64_t now_ms)
{
    struct mcp_handshake *handshake = &server->handshake;
    if (handshake->initialize_ms >= 0 && now_ms >= handshake->initialize_ms)
        handshake_ask_initialize(server, legacy_versions[0]);
    if (handshake->deadline_ms < 0 || now_ms < handshake->deadline_ms)
        return;
    char *words =
        handshake->failure != NULL
            ? mem_strdup(handshake->failure)
            : strbuf_format("the server has not answered within %lld s",
                            ((long long)server->options.start_timeout_ms + 500) / 1000);
    handshake_fail(server, words);
    mem_free(words);
}

int64_t mcp_handshake_get_deadline(const struct mcp_server *server)
{
    const struct mcp_handshake *handshake = &server->handshake;
    if (handshake->initialize_ms >= 0 &&
        handshake->initialize_ms < handshake->deadline_ms)
        return handshake->initialize_ms;
    return handshake->deadline_ms;
}
