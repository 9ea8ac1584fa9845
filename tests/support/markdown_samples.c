#include "tests/support/markdown_samples.h"

#include "src/base/compiler.h"

const struct markdown_sample markdown_samples[] = {
    /* Headings */
    {"# one\n## two\n### three\n#### four\n##### five\n###### six\n", ""},
    {"####### seven is a paragraph\n#hashtag\n\\## escaped", ""},
    {"#    blanks around    ##   \n# inner # sign#", ""},
    {"   # three blanks\n    # four is code", ""},
    {"Under\n=====\nlined\n-----\nlines\nof it\n===", ""},
    {"not\n\n===\n\nunder", ""},
    {"#\n##\ntext", ""},
    /* Rules */
    {"***\n---\n___\n * * *\n_ _ _ _", ""},
    {"--\n**\n+++\n-a-", ""},
    {"- foo\n***\n- bar", ""},
    /* Code */
    {"```\nfenced <b>\n```\nafter", ""},
    {"~~~ lang info words\naaa\n```\n~~~\n", ""},
    {"``````\nfive\n`````\nsix\n```````", ""},
    {"``` open at the end\n\n  text\n\n", ""},
    {"> ```\n> in a quote\noutside\n```\nnew", ""},
    {"   ```\n   indented\n  less\n     more\n   ```", ""},
    {"```\n\n```\n```x\n```", ""},
    {"text\n```\nno blank line\n```\ntext", ""},
    {"    indented\n\n      code\n    end", ""},
    {"\tby a tab\n\t\ttwo tabs", ""},
    {"para\n    not code", ""},
    {"`one` ``two ` tick`` ` blank ` ```three```", ""},
    {"`open and ``closed``", ""},
    {"`two\nlines`", ""},
    /* Lists */
    {"- a\n- b\n* c\n+ d\n", ""},
    {"1. a\n2. b\n3) c\n", ""},
    {"- a\n\n- b\n\n\n- c\n", ""},
    {"- a\n  - b\n    - c\n      - d\n        - e\n          - f\n", ""},
    {"1. a\n   1. b\n      * c\n   2. d\n2. e", ""},
    {"-\n  late\n-\n\n  not in it\n- \n", ""},
    {"- a\nlazy\n- b\n  not lazy", ""},
    {"- a\n\n  second\n\n      code\n  > quote", ""},
    {"10. wide\n    inside\n   not\n", ""},
    {"- [ ] to do\n- [x] done\n- [X] done too\n1. [x] numbered", ""},
    {"The number is\n14. no list\n\n1. list", ""},
    {"- # heading\n- ***\n- ```\n  code\n- > quote", ""},
    {"- a\n - b\n  - c\n   - d\n    - e", ""},
    {"+ a\n\n\ttab\n+\tb", ""},
    {"0. zero\n1. one", ""},
    {"123456789. long\n1234567890. too long", ""},
    /* Quotes */
    {"> one\n> two\n\n> three", ""},
    {"> a\nlazy\n> > b\nlazy too", ""},
    {">no blank\n>\n>     code\n> - list\n>   more", ""},
    {"> # head\n> text\n>\n> ***\nend", ""},
    {"> > > deep\n> > back\n> out", ""},
    /* Words */
    {"*a* _b_ **c** __d__ ***e*** _**f**_", ""},
    {"a*b*c a_b_c **a*b*c** *a **b** c*", ""},
    {"* not a list\\* \\_ \\# \\> \\[a](b)", ""},
    {"** not** *not * _ not_ a__b__", ""},
    {"*open **closed** never", ""},
    {"hard  \nbreak\\\nand soft\nbreak", ""},
    {"&amp; &quot; &copy; &#65; &#x42; &bad; & ;", "ampquotcopy65x42"},
    {"\\a \\1 \\\\ \\` \\! \\{}", ""},
    {"<b>html</b> <br/> <!-- comment --> <a href=\"x\">y</a>", ""},
    {"<div>\n*emphasis*\n\n</div>", ""},
    /* Links */
    {"[a](b) [c](<d e> \"t\") [f](g 'h') [i]( j (k) )", ""},
    {"[a [b] c](d) [*e*](f) [`g`](h) [![i](j)](k)", ""},
    {"[a](b\n[c](d e) [f] (g) [](h) [i]()", ""},
    {"<https://a.b> <mailto:c@d.e> <f@g.h> <not a link>", "mailto"},
    {"https://a.b/c?d=e&f=g. (https://h.i) http://j.k/l_m_n", ""},
    {"![a](b \"c\") ![d][e] ![](f)", ""},
    {"[a][b] [c][] [d]\n\n[b]: /e \"f\"\n[c]: <g>\n[d]: h", ""},
    {"[two\nlines]: /url\n[x]: y\ntext [x]", ""},
    {"[http://[::1]:80/](http://[::1]:80/)", ""},
    /* Tables */
    {"| a | b |\n|---|---|\n| c | d |\n| e |\n| f | g | h |", "h"},
    {"a | b\n:-: | -:\n`c` | **d**\ne \\| f | [g](h)", ""},
    {"| a |\n| - |\n\n| b |\ntext", ""},
    {"text\n| a | b |\n|---|---|\n| c | d |", ""},
    {"> | a | b |\n> |---|---|\n> | c | d |\n- | e |\n  |---|\n  | f |", ""},
    {"| a | b |\n| -- |\nc", ""},
    {"|a|b|c|d|e|f|g|h|\n|-|-|-|-|-|-|-|-|\n|1|2|3|4|5|6|7|8|", ""},
    /* Blanks, line ends, letters */
    {"\n\n  \n a\n\t\n\n", ""},
    {"a\r\nb\r\n\r\n- c\r\n- d\r\n\r\n```\r\ne\r\n```\r\n", ""},
    {"\xc3\xa4 *\xc3\xb6* \xe6\x97\xa5\xe6\x9c\xac **\xe8\xaa\x9e** \xf0\x9f\x98\x80",
     ""},
    {"broken \xff\xc3 *\xe2\x82* `\x80`", ""},
    {"$x_1$ $$y$$ \\$5 $6", ""},
};
const size_t markdown_sample_count = COUNT_OF(markdown_samples);

const char *const markdown_documents[] = {
    "Here is how to do it.\n\n"
    "## Steps\n\n"
    "1. **Install** the package:\n\n"
    "   ```bash\n   apt-get install motet\n   ```\n\n"
    "2. Write the file `a.c`:\n\n"
    "```c\n#include <stdio.h>\n\nint main(void)\n{\n\tputs(\"hi\");\n}\n```\n\n"
    "3. Run it; see [the manual](https://example.org/manual).\n\n"
    "> **Note:** it says *hi*.\n> - and\n>   nothing else\n\n"
    "| Option | Means | Default |\n|:-------|:-----:|--------:|\n"
    "| `-v` | say more, and then some more | 0 |\n| `-q` | say \\| nothing | 1 |\n\n"
    "---\n\nThat is *all*.\n",

    "- fruit\n  - apple\n    green, red\n  - pear\n\n    with a paragraph\n- bread\n"
    "lazy line\n- milk\n\n  ```\n  in list\n\n  still\n  ```\n* other list\n\n"
    "text\n- list without a blank line\n- b\n# Heading without one\ntext\n```\ncode\n"
    "    more\n```\ntext right after\n> quote\nlazy\n\n    indented\n\n    code\n"
    "Setext\n======\ntext\n\nlast line without an end",

    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e**\xe5\xbc\xb7**\xe8\xaa\xbf "
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb *\xf0\x9f\x87\xab\xf0\x9f\x87\xb7*\n\n"
    "| \xe5\x90\x8d | e\xcc\x81 |\n|--|--|\n| \xd7\xa9\xd7\x9c | "
    "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd |\n\n```\n\xe2\x9d\xa4\xef\xb8\x8f\n```\n",
};
const size_t markdown_document_count = COUNT_OF(markdown_documents);
