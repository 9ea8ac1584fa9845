/* A table and a search in it. Each model has a pace of its own, as real ones have. */
#include "src/demo/demo_model.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/demo/demo_text.h"

#define PREFIX "demo/"

static const struct demo_model models[] = {
    {"sage",
     "prose with headings, lists and tables",
     {.rate = 45, .ttft_ms = 350, .jitter = 0.6, .at = -1, .retry_after_s = -1},
     demo_text_sage},
    {"coder",
     "code blocks in several languages",
     {.rate = 70, .ttft_ms = 500, .jitter = 0.4, .at = -1, .retry_after_s = -1},
     demo_text_coder},
    {"polyglot",
     "wide signs, emoji, combining marks and right-to-left text",
     {.rate = 40, .ttft_ms = 420, .jitter = 0.5, .at = -1, .retry_after_s = -1},
     demo_text_polyglot},
    {"thinker",
     "reasoning first, then an answer",
     {.rate = 45,
      .reasoning_rate = 60,
      .ttft_ms = 600,
      .jitter = 0.5,
      .at = -1,
      .retry_after_s = -1},
     demo_text_thinker},
    {"eliza",
     "the psychotherapist of 1966, who answers what you typed",
     {.rate = 30, .ttft_ms = 700, .jitter = 0.7, .at = -1, .retry_after_s = -1},
     demo_text_eliza},
    {"echo",
     "your last message, word for word",
     {.rate = 60, .ttft_ms = 150, .jitter = 0.2, .at = -1, .retry_after_s = -1},
     demo_text_echo},
    {"tools",
     "asks for two tools at once and uses their results",
     {.rate = 50, .ttft_ms = 450, .jitter = 0.4, .at = -1, .retry_after_s = -1},
     demo_text_tools},
    {"slow",
     "eight seconds until the first token",
     {.rate = 25, .ttft_ms = 8000, .jitter = 0.5, .at = -1, .retry_after_s = -1},
     demo_text_sage},
    {"stall",
     "a few words, then silence",
     {.rate = 35,
      .ttft_ms = 400,
      .jitter = 0.5,
      .at = -1,
      .retry_after_s = -1,
      .fault = DEMO_FAULT_STALL},
     demo_text_voyage},
    {"cut",
     "the connection closes in mid-answer, every second time inside a character",
     {.rate = 55,
      .ttft_ms = 300,
      .jitter = 0.5,
      .at = -1,
      .retry_after_s = -1,
      .fault = DEMO_FAULT_CUT},
     demo_text_voyage},
    {"flaky",
     "too many requests at first, then an answer",
     {.rate = 65,
      .ttft_ms = 250,
      .jitter = 0.5,
      .at = -1,
      .retry_after_s = -1,
      .fault = DEMO_FAULT_FLAKY},
     demo_text_voyage},
    {"down",
     "out of service, as a web page",
     {.rate = 40,
      .ttft_ms = 100,
      .at = -1,
      .retry_after_s = -1,
      .fault = DEMO_FAULT_DOWN},
     demo_text_voyage},
    {"garbage",
     "strange events between good ones, and then one that is broken",
     {.rate = 48,
      .ttft_ms = 380,
      .jitter = 0.5,
      .at = -1,
      .retry_after_s = -1,
      .fault = DEMO_FAULT_GARBAGE},
     demo_text_voyage},
    {"firehose",
     "5,000 tokens as fast as the connection takes them",
     {.rate = 0, .ttft_ms = 0, .tokens = 5000, .at = -1, .retry_after_s = -1},
     demo_text_sage},
};

size_t demo_model_count(void)
{
    return COUNT_OF(models);
}

const struct demo_model *demo_model_get(size_t index)
{
    return &models[index];
}

const struct demo_model *demo_model_find(const char *text, const char **query)
{
    if (strncmp(text, PREFIX, strlen(PREFIX)) == 0)
        text += strlen(PREFIX);
    const char *mark = strchr(text, '?');
    const size_t len = mark != NULL ? (size_t)(mark - text) : strlen(text);
    *query = mark != NULL ? mark + 1 : text + len;
    for (size_t i = 0; i < COUNT_OF(models); i++) {
        if (strlen(models[i].name) == len && memcmp(models[i].name, text, len) == 0)
            return &models[i];
    }
    return NULL;
}
