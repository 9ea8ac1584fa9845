/* Which addresses may be followed, and what comes out of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "ui/render/link_address.h"

/* NULL if it is no link. Caller frees. */
static char *make(const char *text)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    if (!link_address_append(text, strlen(text), &out)) {
        assert_int_equal(out.len, 0);
        strbuf_clear(&out);
        return NULL;
    }
    return strbuf_take(&out);
}

static void assert_made(const char *text, const char *expected)
{
    char *found = make(text);
    assert_non_null(found);
    assert_string_equal(found, expected);
    mem_free(found);
}

static void link_address__usual_ones__stay_as_they_are(void **state)
{
    (void)state;
    static const char *const same[] = {"https://example.org",
                                       "http://example.org/a/b.html?q=1&r=%20#top",
                                       "https://example.org:8443/",
                                       "http://[::1]:8080/x",
                                       "https://xn--bcher-kva.example/",
                                       "https://127.0.0.1/?a;b=c",
                                       "https://en.wikipedia.org/wiki/Motet_(music)"};
    for (size_t i = 0; i < COUNT_OF(same); i++)
        assert_made(same[i], same[i]);
    assert_made("HTTPS://Example.org/A", "https://Example.org/A");
}

static void link_address__odd_bytes_in_the_path__are_encoded(void **state)
{
    (void)state;
    assert_made("https://example.org/\xc3\xa4 b\"<>\\^`{|}",
                "https://example.org/%C3%A4%20b%22%3C%3E%5C%5E%60%7B%7C%7D");
    assert_made("https://example.org/\x9b\xff", "https://example.org/%9B%FF");
}

static void link_address__others__are_no_links(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "https://",
                                      "https:///path",
                                      "example.org",
                                      "javascript:alert(1)",
                                      "file:///etc/passwd",
                                      "mailto:a@example.org",
                                      "ftp://example.org/",
                                      "https:example.org",
                                      "https://user@example.org/",
                                      "https://bank.com@evil.example/",
                                      "https://bank.com:pw@evil.example/",
                                      "https://evil.example\\@bank.com/",
                                      "https://b\xc3\xbc"
                                      "cher.example/",
                                      "https://ex ample.org/",
                                      "https://.example.org/",
                                      "https://-x.example/",
                                      "https://[::1/",
                                      "https://[]/",
                                      "https://example.org:x/",
                                      "https://example.org/\033]8;;\033\\",
                                      "https://example.org/\x07",
                                      "https://example.org/a\nb",
                                      "https://example.org/\x7f"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_null(make(bad[i]));
}

static void link_address__nul_byte__is_no_link(void **state)
{
    (void)state;
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    assert_false(link_address_append("https://a.example/\0x", 20, &out));
    assert_false(link_address_append("https://a\0.example/", 19, &out));
    strbuf_clear(&out);
}

static void link_address__too_long__is_no_link(void **state)
{
    (void)state;
    char text[LINK_ADDRESS_MAX + 2];
    memset(text, 'a', sizeof(text));
    memcpy(text, "https://a.example/", 18);
    text[LINK_ADDRESS_MAX] = '\0';
    char *made = make(text);
    assert_non_null(made);
    mem_free(made);
    text[LINK_ADDRESS_MAX] = 'a';
    text[LINK_ADDRESS_MAX + 1] = '\0';
    assert_null(make(text));
    /* Encoding makes it too long. */
    text[LINK_ADDRESS_MAX] = '\0';
    text[100] = ' ';
    assert_null(make(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(link_address__usual_ones__stay_as_they_are),
        cmocka_unit_test(link_address__odd_bytes_in_the_path__are_encoded),
        cmocka_unit_test(link_address__others__are_no_links),
        cmocka_unit_test(link_address__nul_byte__is_no_link),
        cmocka_unit_test(link_address__too_long__is_no_link),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
