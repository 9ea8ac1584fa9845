/*
 * The engine's face for tools: what waits for a person, which tools and servers there
 * are, the rules. A part of engine.h, with the same promises: keys and ids that are not
 * known do nothing, and what is got is valid until the next call into the engine or the
 * next round of the loop.
 */
#ifndef ENGINE_ENGINE_TOOLS_H
#define ENGINE_ENGINE_TOOLS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/engine/call.h"
#include "src/engine/tool_list.h"

struct engine;

/*
 * Tool calls; see call.h. The list holds those of running turns, in the order in which
 * they came.
 */
size_t engine_get_calls(struct engine *engine, const struct call_facts **facts);
const struct call_facts *engine_find_call(struct engine *engine, call_key key);

/* A person's answer to a call that waits. False with err filled if it does not wait (any
 * more), or if the rule cannot be written. */
bool engine_answer_call(struct engine *engine, call_key key,
                        const struct call_answer *answer, struct error *err);

/* Changes the arguments of a call that waits; it waits on. False with the reason if they
 * do not fit the tool's schema. */
bool engine_edit_call(struct engine *engine, call_key key, const char *arguments,
                      size_t len, struct error *err);

/* Stops a call that runs; it ends, from the loop, as an error that the model is told. */
void engine_stop_call(struct engine *engine, call_key key);

/*
 * Tools. Files and servers are named by the person's own configuration or options only.
 * Of a folder err tells all that is wrong, a line each; what is right is there.
 */
bool engine_add_tool_folder(struct engine *engine, const char *path, struct error *err);

/* Adds the tools that come with Motet. */
bool engine_add_shipped_tools(struct engine *engine, struct error *err);

bool engine_add_tool_definitions(struct engine *engine, const char *path,
                                 struct error *err);
bool engine_add_server(struct engine *engine, const struct server_setup *setup,
                       struct error *err);

/* True if a server may be reached there: by https, or on this machine. */
bool engine_check_server_url(const char *url, struct error *err);

/* True if the line is a rule for tool calls; otherwise a sentence. */
bool engine_check_rule(const char *line, struct error *err);

/* Adds a rule, which comes before those added later; file and line are for people. */
bool engine_add_rule(struct engine *engine, const char *line, const char *file,
                     size_t line_number, struct error *err);

/* Reads the rules that "always" has written, and will write; the file may be missing. */
bool engine_use_rule_file(struct engine *engine, const char *path, struct error *err);

/* The tools there are, each as it stands for that chat (0: none). */
size_t engine_get_tools(struct engine *engine, chat_id id,
                        const struct tool_facts **facts);

/* Looks, in the background, for what can hold commands, as opening a chat with tools does
 * too; EVENT_TOOLS tells when it is known. */
void engine_prepare_tools(struct engine *engine);

/* True unless that is under way, or a server that was started has not answered yet. */
bool engine_are_tools_ready(struct engine *engine);

/* The patterns that say which tools the chat's next turn is offered, in their order;
 * returns their number. */
size_t engine_get_tool_patterns(const struct engine *engine, chat_id id,
                                const char *const **patterns);

/* Whether the chat's next turns are told of the tool. False if it is not there. */
bool engine_offer_tool(struct engine *engine, chat_id id, const char *tool,
                       bool is_offered);

/* Makes a call that no model has asked for; rules may still forbid it. EVENT_CALL with
 * chat 0 tells how it goes. */
call_key engine_call_tool(struct engine *engine, const char *tool, const char *arguments);

/* Starts a server; it connects in the background, EVENT_TOOLS tells of it. */
void engine_start_server(struct engine *engine, const char *name);

/* Ends all servers in order, and runs the loop until they have gone, two seconds at most;
 * no event comes any more. For the end of a program: freeing the engine kills them. */
void engine_end_servers(struct engine *engine);
void engine_restart_server(struct engine *engine, const char *name);
size_t engine_get_servers(struct engine *engine, const struct server_facts **facts);
size_t engine_get_server_entries(struct engine *engine, const char *server,
                                 enum server_entry_kind kind,
                                 const struct server_entry **entries);

/* Arguments that fit the tool's schema; "{}" where it is not there. Caller frees. */
char *engine_example_arguments(struct engine *engine, const char *tool);

/* What servers ask a person is answered with their defaults, for diagnosis. */
void engine_accept_questions(struct engine *engine, bool is_accepting);

#endif
