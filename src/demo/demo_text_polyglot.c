/*
 * Text that is hard to lay out: wide signs, emoji built from several code points, letters
 * with combining marks, scripts that run from right to left, and lines that mix them.
 * Some are written as escapes where an editor would hide what is there.
 */
#include "src/demo/demo_text.h"

#include "src/base/compiler.h"

static const char *const blocks_scripts[] = {
    "## 日本語\n\n"
    "潮の満ちる音を聞きながら、灯台守は今夜も灯をともします。**四つの声**が同時に歌い、"
    "どの声もほかの声を待ちません。カタカナのモテット、ひらがなのうた。\n\n",

    "## 中文\n\n"
    "海上生明月，四个声音同时唱着不同的歌词。*听一个，就失去其他；全都听，就失去词句。*"
    "繁體字也在這裡：燈塔、書籍、夢想。\n\n",

    "## 한국어\n\n"
    "등대지기는 아무에게도 길을 가르쳐 주지 않습니다. 다만 `여기 있다`고 밤새 말할 "
    "뿐입니다. 조합형 자모: \xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab\xe1\x84\x80\xe1\x85\xb3"
    "\xe1\x86\xaf.\n\n",

    "## Emoji\n\n"
    "A family \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"
    "\xe2\x80\x8d\xf0\x9f\x91\xa6, a programmer \xf0\x9f\x91\xa9\xf0\x9f\x8f\xbd"
    "\xe2\x80\x8d\xf0\x9f\x92\xbb, a rainbow flag \xf0\x9f\x8f\xb3\xef\xb8\x8f"
    "\xe2\x80\x8d\xf0\x9f\x8c\x88, hands \xf0\x9f\x91\x8b\xf0\x9f\x8f\xbb "
    "\xf0\x9f\x91\x8b"
    "\xf0\x9f\x8f\xbd \xf0\x9f\x91\x8b\xf0\x9f\x8f\xbf, and the flags "
    "\xf0\x9f\x87\xaf\xf0\x9f\x87\xb5 \xf0\x9f\x87\xb0\xf0\x9f\x87\xb7 "
    "\xf0\x9f\x87\xa7\xf0\x9f\x87\xb7 \xf0\x9f\x87\xba\xf0\x9f\x87\xb3. "
    "A heart as text \xe2\x9d\xa4\xef\xb8\x8e and as picture \xe2\x9d\xa4\xef\xb8\x8f; "
    "keycaps 1\xef\xb8\x8f\xe2\x83\xa3 2\xef\xb8\x8f\xe2\x83\xa3 "
    "#\xef\xb8\x8f\xe2\x83\xa3."
    "\n\n",

    "## Combining marks\n\n"
    "Cafe\xcc\x81 and café look alike; so do A\xcc\x8angstro\xcc\x88m and Ångström. "
    "Vietnamese stacks two: tie\xcc\x82\xcc\x81ng Vie\xcc\xa3\xcc\x82t, Tiếng Việt. "
    "And a little too much: z\xcc\xb7\xcc\x88\xcc\x81"
    "a\xcc\xb4\xcc\x83l\xcc\xb5\xcc\x8a"
    "g\xcc\xb6\xcc\x82o\xcc\xb8\xcc\x84.\n\n",

    "## עברית\n\n"
    "המגדלור אומר דבר אחד כל הלילה, והספינות מסיקות את המסקנות. עם ניקוד: שָׁלוֹם. "
    "In one line: the word **שלום** stands between *two* English halves.\n\n",

    "## العربية\n\n"
    "أربعة أصوات تغني في وقت واحد، ولا ينتظر صوتٌ صوتًا آخر. الأرقام ١٢٣ و 456 في سطر "
    "واحد، "
    "مع كلمة `motet` في الوسط.\n\n",

    "## हिन्दी และไทย\n\n"
    "समुद्र क्रूर नहीं है, वह केवल बहुत बड़ा है। क्षत्रिय और ज्ञान के संयुक्ताक्षर। "
    "ประภาคารพูดเพียงสิ่งเดียวตลอดทั้งคืน ไม่มีช่องว่างระหว่างคำ\n\n",

    "## Ελληνικά, Русский, ქართული\n\n"
    "Ο φάρος λέει μόνο ένα πράγμα. Маяк говорит одно и то же всю ночь, а корабли делают "
    "выводы сами. შუქურა მთელ ღამეს ერთსა და იმავეს ამბობს.\n\n",

    "| Script | Sample | Cells |\n"
    "|---|---|---:|\n"
    "| Latin | voice | 5 |\n"
    "| Han | 聲音 | 4 |\n"
    "| Hangul | 목소리 | 6 |\n"
    "| Fullwidth | ｖｏｉｃｅ | 10 |\n"
    "| Halfwidth | ｺｴ | 2 |\n"
    "| Emoji | \xf0\x9f\x97\xa3\xef\xb8\x8f\xf0\x9f\x8e\xb6 | 4 |\n\n",

    "Signs and arrows: → ⇒ ∀x ∈ ℝ, √2 ≈ 1.414, ½ + ¼ = ¾, “quotes” – dashes — and … "
    "dots. "
    "Boxes: ┌─┬─┐ ╔═╦═╗ █▓▒░.\n\n",
    NULL};

void demo_text_polyglot(struct demo_script *script, const struct demo_chat *chat,
                        uint64_t round)
{
    static const char *const openings[] = {
        "One question, many alphabets. 一つの問い、多くの文字。\n\n",
        "Let me answer in a few voices at once: 四個聲音 🎶 네 목소리.\n\n",
        "Here is a tour of the scripts of the world, ¡adelante!\n\n",
    };
    struct rng rng = demo_script_rng(chat, round);
    strbuf_append_text(&script->text, openings[rng_below(&rng, COUNT_OF(openings))]);
    demo_script_blocks(&script->text, blocks_scripts, 6, &rng);
    strbuf_append_text(&script->text, "終わり · 끝 · konec · סוף · النهاية · fin 🏁\n");
}
