/*
 * The configuration of a run: read by the rules of this program (its presets, protocols
 * and parameters), joined with the command line, which wins, and with the providers whose
 * keys the environment holds. setup.h makes a run of it.
 */
#ifndef CLI_SETUP_CONFIG_H
#define CLI_SETUP_CONFIG_H

#include "src/cli/cli.h"
#include "src/cli/options.h"
#include "src/config/catalog.h"
#include "src/config/config.h"

struct spending;

struct setup_config {
    struct config config;
    struct config_rules rules;
    struct preset_info *presets;
    const char **apis;
    const char **params;
};

/* Reads the file that the options name, or the usual one. The problems are for the
 * caller to look at; the checks find those in what the screen is set to. Caller frees. */
struct setup_config *setup_config_new(const struct options *options,
                                      const struct cli_checks *checks);
void setup_config_free(struct setup_config *setup);

/*
 * Joins a configuration without problems and the command line: afterwards the options
 * hold what is in force, and the configuration knows what came from an option.
 */
void setup_config_join(struct setup_config *setup, struct options *options);

/* Makes the models to open at the start those of the options, if the command line names
 * neither models nor an endpoint. */
void setup_config_add_models(const struct setup_config *setup, struct options *options);

/* Adds the endpoints and models of the configuration, and every preset besides. A clock
 * of a provider yields to one of the command line. */
void setup_config_fill(const struct setup_config *setup, const struct settings *settings,
                       struct catalog *catalog);

/* The parameters of a chat: defaults, then those of the model (NULL: it has none), then
 * those of the command line. */
bool setup_config_params(const struct setup_config *setup,
                         const struct catalog_entry *entry,
                         const struct param_list *given, struct param_list *params,
                         struct error *err);

/* The system prompt of a chat, or NULL: the command line's, the model's, or that of
 * defaults. Borrowed. */
const char *setup_config_system(const struct setup_config *setup,
                                const struct catalog_entry *entry);

/* The caps on money of the configuration, and where it is noted. Caller frees. */
struct spending *setup_config_spending(const struct setup_config *setup);

#endif
