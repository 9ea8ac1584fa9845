/*
 * The table of error classes and the small value type that carries one. Which class a
 * response or a failed transfer belongs to is decided elsewhere (src/provider, src/net);
 * what a class means to a person or a script is decided here, once.
 */
#include "src/base/error.h"

#include <assert.h>
#include <stdarg.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"

static const struct error_class_info error_classes[ERROR_CLASS_COUNT] = {
    [ERROR_NONE] = {"none", "no error", "", EXIT_CODE_OK, false},
    [ERROR_AUTH] = {"auth", "not authorised",
                    "Check the API key: is it set, valid, and allowed to use this model?",
                    EXIT_CODE_AUTH, false},
    [ERROR_NOT_FOUND] = {"not_found", "not found",
                         "Check the model's name and the URL of the endpoint.",
                         EXIT_CODE_REFUSED, false},
    [ERROR_BAD_REQUEST] = {"bad_request", "request refused",
                           "A parameter may not suit this model; edit the prompt or the "
                           "parameters and send again.",
                           EXIT_CODE_REFUSED, false},
    [ERROR_CONTEXT_LENGTH] = {"context_length", "too long for the model",
                              "Shorten the prompt, or go on in a new pane.",
                              EXIT_CODE_REFUSED, false},
    [ERROR_CONTENT_FILTER] = {"content_filter", "refused by a content filter",
                              "Edit the prompt and send again.", EXIT_CODE_REFUSED,
                              false},
    [ERROR_RATE_LIMIT] = {"rate_limit", "rate limited",
                          "Wait a little, then retry; or use another model.",
                          EXIT_CODE_LIMIT, true},
    [ERROR_QUOTA] = {"quota", "out of credit",
                     "The account's credit or allowance is used up: see the provider's "
                     "billing page.",
                     EXIT_CODE_LIMIT, false},
    [ERROR_OVERLOADED] =
        {"overloaded", "provider overloaded",
         "The provider has no capacity now: retry, or use another model.",
         EXIT_CODE_SERVER, true},
    [ERROR_SERVER] = {"server", "server error",
                      "The provider failed: retry, or use another model.",
                      EXIT_CODE_SERVER, true},
    [ERROR_TIMEOUT_CONNECT] = {"timeout_connect", "connect timeout",
                               "Check the network and the host, or raise "
                               "--connect-timeout.",
                               EXIT_CODE_NETWORK, true},
    [ERROR_TIMEOUT_FIRST_BYTE] = {"timeout_first_byte", "first-token timeout",
                                  "A local model may still be loading: retry, or raise "
                                  "--first-token-timeout.",
                                  EXIT_CODE_NETWORK, true},
    [ERROR_TIMEOUT_IDLE] = {"timeout_idle", "idle timeout",
                            "The stream fell silent: retry, or raise --idle-timeout.",
                            EXIT_CODE_NETWORK, true},
    [ERROR_TIMEOUT_TOTAL] = {"timeout_total", "total timeout",
                             "The answer took longer than allowed: raise "
                             "--total-timeout.",
                             EXIT_CODE_NETWORK, false},
    [ERROR_NETWORK_DNS] = {"network_dns", "name not resolved",
                           "Check the host's name and whether this machine is online.",
                           EXIT_CODE_NETWORK, true},
    [ERROR_NETWORK_REFUSED] = {"network_refused", "connection refused",
                               "Is the server running at that address?",
                               EXIT_CODE_NETWORK, true},
    [ERROR_NETWORK_RESET] =
        {"network_reset", "connection lost",
         "The connection broke before the answer was complete: retry.", EXIT_CODE_NETWORK,
         true},
    [ERROR_NETWORK_TLS] = {"network_tls", "TLS failed",
                           "The server's certificate could not be verified. If it is "
                           "signed by your own authority, name it with --ca-file.",
                           EXIT_CODE_NETWORK, false},
    [ERROR_PROTOCOL] = {"protocol", "not a valid answer",
                        "What came is not what this API sends: check the URL and --api.",
                        EXIT_CODE_SERVER, false},
    [ERROR_CANCELLED] = {"cancelled", "stopped", "", EXIT_CODE_SIGINT, false},
    [ERROR_TOOL] = {"tool", "the tools went on for too long",
                    "Say more in the prompt, offer fewer tools, or raise --tool-rounds.",
                    EXIT_CODE_TOOL, false},
    [ERROR_SCHEMA] = {"schema", "not the form that was asked for",
                      "Say in the prompt what the answer has to look like, or loosen the "
                      "template's schema.",
                      EXIT_CODE_SERVER, false},
    [ERROR_BUDGET] = {"budget", "not sent: the budget is spent",
                      "Raise --max-cost or the budget settings, or ask a cheaper model.",
                      EXIT_CODE_LIMIT, false},
    [ERROR_USAGE] = {"usage", "usage error", "", EXIT_CODE_USAGE, false},
    [ERROR_INTERNAL] = {"internal", "internal error", "", EXIT_CODE_INTERNAL, false},
};

const struct error_class_info *error_class_get(enum error_class class)
{
    assert(class < ERROR_CLASS_COUNT);
    return &error_classes[class];
}

void error_set(struct error *err, enum error_class class, const char *format, ...)
{
    if (err == NULL)
        return;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    va_list args;
    va_start(args, format);
    strbuf_append_args(&text, format, args);
    va_end(args);
    mem_free(err->message);
    err->class = class;
    err->message = strbuf_take(&text);
}

void error_prefix(struct error *err, const char *format, ...)
{
    if (err == NULL || err->class == ERROR_NONE)
        return;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    va_list args;
    va_start(args, format);
    strbuf_append_args(&text, format, args);
    va_end(args);
    strbuf_append_format(&text, ": %s", error_text(err));
    mem_free(err->message);
    err->message = strbuf_take(&text);
}

const char *error_text(const struct error *err)
{
    return err->message != NULL ? err->message : "";
}

void error_move(struct error *to, struct error *from)
{
    error_clear(to);
    *to = *from;
    *from = (struct error){.class = ERROR_NONE};
}

void error_clear(struct error *err)
{
    if (err == NULL)
        return;
    mem_free(err->message);
    *err = (struct error){.class = ERROR_NONE};
}
