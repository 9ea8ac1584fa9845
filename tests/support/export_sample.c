#include "tests/support/export_sample.h"

#include <math.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"

struct message *export_sample_say(struct session_chat *chat, enum message_author author,
                                  const char *text)
{
    struct message *message = chat_add(&chat->chat, author);
    message_append(message, PART_TEXT, text, strlen(text));
    if (author == MESSAGE_ASSISTANT)
        message->facts.finish = FINISH_STOP;
    return message;
}

static struct part *add_part(struct message *message, enum part_kind kind,
                             const char *bytes, size_t len)
{
    struct part *part = message_add_part(message, kind);
    message_append_part(message, part, bytes, len);
    return part;
}

static void add_tools(struct session_chat *chat)
{
    static const char arguments[] =
        "{\"city\": \"Paris\",\t\"id\":9007199254740993, \"x\":\"\\u0000\"}";
    struct message *asks = export_sample_say(chat, MESSAGE_ASSISTANT, "Let me look.");
    struct part *call = add_part(asks, PART_TOOL_CALL, arguments, sizeof(arguments) - 1);
    asks->facts.finish = FINISH_TOOL_CALLS;
    asks->facts.attempts = 1;
    call->call_id = mem_strdup("call_1");
    call->name = mem_strdup("get_weather");
    call->is_whole = true;
    call->decision = "once";
    call->decided_by = "user";
    struct message *results = chat_add(&chat->chat, MESSAGE_TOOL);
    struct part *result = add_part(results, PART_TOOL_RESULT, "rain\0snow", 9);
    result->call_id = mem_strdup("call_1");
    result->name = mem_strdup("get_weather");
    result->elapsed_ms = 120;
    result->is_error = true;
}

static void fill_facts(struct answer_facts *facts)
{
    facts->api = mem_strdup("openai-chat");
    facts->model = mem_strdup("gpt-4o-2024-08-06");
    facts->finish = FINISH_LENGTH;
    facts->finish_raw = mem_strdup("max_tokens");
    facts->usage = (struct usage){9007199254740993, 40, 7, 0};
    facts->cost = 0.1 + 0.2;
    facts->first_token_ms = 312;
    facts->total_ms = 2400;
    facts->attempts = 2;
    facts->timing = (struct answer_timing){100, 2000, 30000, 400000};
    facts->is_reused = true;
    facts->http_version = "2";
}

static void add_failure(struct session_chat *chat)
{
    struct message *failed = export_sample_say(chat, MESSAGE_ASSISTANT, "half of it");
    message_add_try(failed, "gpt-4", ERROR_OVERLOADED);
    failed->state = MESSAGE_FAILED;
    failed->facts.finish = FINISH_ERROR;
    error_set(&failed->facts.error, ERROR_RATE_LIMIT, "the service says: \"slow down\"");
    failed->facts.status = 429;
    failed->facts.retry_after_ms = 20000;
    failed->facts.provider_code = mem_strdup("rate_limit_exceeded");
    failed->facts.request_id = mem_strdup("req_1");
}

static void fill_first(struct session_chat *chat)
{
    struct error err = {ERROR_NONE, NULL};
    chat->model.provider = mem_strdup("openai");
    chat->model.model = mem_strdup("gpt-4o");
    chat->api = mem_strdup("openai-chat");
    chat->label = mem_strdup("temperature 0.7");
    chat->system = mem_strdup("Be brief.\nUse \"quotes\".");
    param_list_add(&chat->params, "temperature=0.7", &err);
    param_list_add(&chat->params, "seed=9007199254740991", &err);
    param_list_add(&chat->params, "reasoning=low", &err);
    chat->fallbacks = mem_alloc_array(1, sizeof(chat->fallbacks[0]));
    chat->fallback_count = 1;
    chat->fallbacks[0] =
        (struct session_model){mem_strdup("anthropic"), mem_strdup("claude")};
    text_list_add(&chat->tools, "get_*", 5);
    chat->approval = 2;
    chat->is_streaming = false;

    struct message *prompt = export_sample_say(chat, MESSAGE_USER, "What weather?");
    prompt->created_ms = 1764437000000;
    struct part *file = add_part(prompt, PART_FILE,
                                 "a\x01"
                                 "b\r\n``` fence\n````\n",
                                 20);
    file->name = mem_strdup("notes ``` .md");
    struct part *image = add_part(prompt, PART_IMAGE, "\x89PNG\0\xff\xfe", 7);
    image->name = mem_strdup("dot.png");
    image->media_type = mem_strdup("image/png");
    add_tools(chat);
    struct message *answer = chat_add(&chat->chat, MESSAGE_ASSISTANT);
    add_part(answer, PART_REASONING, "Hmm, rain.", 10);
    add_part(answer, PART_OPAQUE, "{\"signature\":\"abc\"}", 19)->call_index = 3;
    add_part(answer, PART_TEXT, "It rains.\n\n```c\nint x;\n", 23);
    answer->created_ms = 1764437002000;
    fill_facts(&answer->facts);
    /* Another branch: the prompt was edited, and answered by a failure. */
    chat_set_tip(&chat->chat, NULL);
    export_sample_say(chat, MESSAGE_USER, "What weather today?");
    add_failure(chat);
    chat_set_tip(&chat->chat, answer);
}

static void fill_second(struct session_chat *chat)
{
    chat->model.provider = mem_strdup("local");
    chat->model.model = mem_strdup("llama");
    chat->is_closed = true;
    export_sample_say(chat, MESSAGE_USER, "Something else?");
    struct message *answer = export_sample_say(chat, MESSAGE_ASSISTANT,
                                               "Ja \xf0\x9f\x98\x80 \xe2\x80\xa8 end");
    answer->is_edited = true;
    export_sample_say(chat, MESSAGE_USER, "Go on.")->is_automatic = true;
    struct message *cut = export_sample_say(chat, MESSAGE_ASSISTANT, "and the");
    cut->state = MESSAGE_STOPPED;
    cut->is_interrupted = true;
    cut->is_continuation = true;
}

void export_sample_rich(struct session *session)
{
    session_init(session);
    session->title = mem_strdup("Weather & \"more\" <b>");
    session->title_source = TITLE_PERSON;
    session->created_ms = 1764437000000;
    session->going_on = GOING_ON_SHARED;
    session->layout = mem_strdup("columns\n2");
    text_list_add(&session->tags, "work", 4);
    text_list_add(&session->tags, "r\xc3\xa4in", 5);
    struct session_draft *draft = session_add_draft(session);
    draft->target = mem_strdup("composer");
    draft->text = mem_strdup("not sent yet");
    fill_first(session_add_chat(session));
    fill_second(session_add_chat(session));
}

void export_sample_hostile(struct session *session)
{
    static const char *const texts[] = {
        "</script><script>document.title='injected';window.injected=1</script>",
        "<img src=x onerror=\"document.title='injected'\">",
        "]]><svg onload=\"document.title='injected'\"><!--",
        ("[a](javascript:document.title='injected') [b](java&#115;cript:alert(1)) "
         "[c](data:text/html,<script>alert(1)</script>) [d](  javascript:alert(1)) "
         "<javascript:alert(1)> ![e](https://tracker.example/x.png) "
         "[f](https://good.example/?a=\"onmouseover=\"x&b='c)"),
        "&lt;script&gt;document.title='injected'&lt;/script&gt; &#60;b&#62; &#x202e;abc",
        "</style><style>body{display:none}</style>",
        "x\xe2\x80\xa8 y \xe2\x80\xaez \xe2\x81\xa6 w",
        ("```\"><script>document.title='injected'</script>\ncode </code></pre><script>"
         "window.injected=1</script>\n```"),
        "| <b>x</b> | [y](javascript:1) |\n|---|---|\n| </td><script>1</script> | z |",
        "<details open ontoggle=\"document.title='injected'\"><base href=\"//evil/\">",
        "[ref]\n\n[ref]: javascript:document.title='injected' \"t\"",
        "<https://ok.example/\"><script>1</script>>",
    };
    session_init(session);
    session->title = mem_strdup("</title><script>document.title='injected'</script>");
    text_list_add(&session->tags, "<script>1</script>", 18);
    for (int i = 0; i < 2; i++) {
        struct session_chat *chat = session_add_chat(session);
        chat->model.provider = mem_strdup("x");
        chat->model.model = mem_strdup("m\"><script>window.injected=1</script>");
        chat->label = mem_strdup("' onclick='1");
        chat->system = mem_strdup("</pre><script>window.injected=1</script>");
        for (size_t j = 0; j < COUNT_OF(texts); j++) {
            export_sample_say(chat, MESSAGE_USER, texts[j]);
            struct message *answer = export_sample_say(chat, MESSAGE_ASSISTANT, texts[j]);
            struct part *call =
                add_part(answer, PART_TOOL_CALL, texts[j], strlen(texts[j]));
            call->call_id = mem_strdup(texts[j]);
            call->name = mem_strdup(texts[j]);
            struct part *image = add_part(answer, PART_IMAGE, texts[j], strlen(texts[j]));
            image->name = mem_strdup(texts[j]);
            image->media_type = mem_strdup(j % 2 == 0 ? "image/png" : "image/svg+xml");
            add_part(answer, PART_REASONING, texts[j], strlen(texts[j]));
            answer->state = MESSAGE_FAILED;
            error_set(&answer->facts.error, ERROR_SERVER, "%s", texts[j]);
        }
    }
}
