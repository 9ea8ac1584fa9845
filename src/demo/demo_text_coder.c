/*
 * Code: one block in the language the prompt names, then blocks in others that do the
 * same thing. The programs are short, complete, and do what the words say.
 */
#include "src/demo/demo_text.h"

#include <string.h>

#include "src/base/compiler.h"

static const char *const blocks_c[] = {
    "```c\n"
    "#include <stdio.h>\n"
    "\n"
    "/* Counts the words on standard input. */\n"
    "int main(void)\n"
    "{\n"
    "    int words = 0;\n"
    "    int in_word = 0;\n"
    "    int c;\n"
    "\n"
    "    while ((c = getchar()) != EOF) {\n"
    "        const int is_space = c == ' ' || c == '\\n' || c == '\\t';\n"
    "        if (!is_space && !in_word)\n"
    "            words++;\n"
    "        in_word = !is_space;\n"
    "    }\n"
    "    printf(\"%d\\n\", words);\n"
    "    return 0;\n"
    "}\n"
    "```\n\n",
    NULL};

static const char *const blocks_python[] = {
    "```python\n"
    "import asyncio\n"
    "from collections import Counter\n"
    "\n"
    "\n"
    "async def count(name: str, text: str) -> tuple[str, Counter]:\n"
    "    \"\"\"Counts words without ever blocking the loop for long.\"\"\"\n"
    "    words = Counter()\n"
    "    for line in text.splitlines():\n"
    "        words.update(line.lower().split())\n"
    "        await asyncio.sleep(0)\n"
    "    return name, words\n"
    "\n"
    "\n"
    "async def main():\n"
    "    texts = {\"a\": \"the cat and the hat\", \"b\": \"the end\"}\n"
    "    for name, words in await asyncio.gather(*(count(n, t) for n, t in "
    "texts.items())):\n"
    "        print(f\"{name}: {words.most_common(2)}\")\n"
    "\n"
    "\n"
    "asyncio.run(main())\n"
    "```\n\n",
    NULL};

static const char *const blocks_rust[] = {
    "```rust\n"
    "use std::collections::HashMap;\n"
    "use std::io::{self, Read};\n"
    "\n"
    "fn main() -> io::Result<()> {\n"
    "    let mut text = String::new();\n"
    "    io::stdin().read_to_string(&mut text)?;\n"
    "\n"
    "    let mut counts: HashMap<&str, usize> = HashMap::new();\n"
    "    for word in text.split_whitespace() {\n"
    "        *counts.entry(word).or_default() += 1;\n"
    "    }\n"
    "    let mut sorted: Vec<_> = counts.into_iter().collect();\n"
    "    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));\n"
    "    for (word, n) in sorted.iter().take(10) {\n"
    "        println!(\"{n:>6}  {word}\");\n"
    "    }\n"
    "    Ok(())\n"
    "}\n"
    "```\n\n",
    NULL};

static const char *const blocks_go[] = {"```go\n"
                                        "package main\n"
                                        "\n"
                                        "import (\n"
                                        "\t\"bufio\"\n"
                                        "\t\"fmt\"\n"
                                        "\t\"os\"\n"
                                        ")\n"
                                        "\n"
                                        "func main() {\n"
                                        "\tcounts := map[string]int{}\n"
                                        "\tin := bufio.NewScanner(os.Stdin)\n"
                                        "\tin.Split(bufio.ScanWords)\n"
                                        "\tfor in.Scan() {\n"
                                        "\t\tcounts[in.Text()]++\n"
                                        "\t}\n"
                                        "\tfor word, n := range counts {\n"
                                        "\t\tfmt.Printf(\"%6d  %s\\n\", n, word)\n"
                                        "\t}\n"
                                        "}\n"
                                        "```\n\n",
                                        NULL};

static const char *const blocks_script[] = {
    "```typescript\n"
    "type Count = Map<string, number>;\n"
    "\n"
    "export function countWords(text: string): Count {\n"
    "  const counts: Count = new Map();\n"
    "  for (const word of text.toLowerCase().match(/\\p{L}+/gu) ?? []) {\n"
    "    counts.set(word, (counts.get(word) ?? 0) + 1);\n"
    "  }\n"
    "  return counts;\n"
    "}\n"
    "\n"
    "const top = [...countWords(`To be, or not to be`)].sort(([, a], [, b]) => b - a);\n"
    "console.log(top.slice(0, 3)); // [[\"to\", 2], [\"be\", 2], [\"or\", 1]]\n"
    "```\n\n",
    NULL};

static const char *const blocks_sql[] = {
    "```sql\n"
    "-- The ten most frequent words, with the share of each.\n"
    "SELECT word,\n"
    "       COUNT(*)                                        AS uses,\n"
    "       ROUND(100.0 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS percent\n"
    "FROM   words\n"
    "WHERE  length(word) > 2\n"
    "GROUP  BY word\n"
    "ORDER  BY uses DESC, word\n"
    "LIMIT  10;\n"
    "```\n\n",
    NULL};

static const char *const blocks_shell[] = {
    "```bash\n"
    "#!/usr/bin/env bash\n"
    "set -euo pipefail\n"
    "\n"
    "# The most frequent words of the files given, or of standard input.\n"
    "cat -- \"$@\" |\n"
    "  tr -cs '[:alpha:]' '\\n' |\n"
    "  tr '[:upper:]' '[:lower:]' |\n"
    "  sort | uniq -c | sort -rn | head -n \"${TOP:-10}\"\n"
    "```\n\n",
    NULL};

static const char *const blocks_haskell[] = {
    "```haskell\n"
    "import qualified Data.Map.Strict as Map\n"
    "import Data.List (sortOn)\n"
    "\n"
    "frequencies :: String -> [(String, Int)]\n"
    "frequencies = sortOn (negate . snd) . Map.toList . Map.fromListWith (+)\n"
    "            . map (\\w -> (w, 1)) . words\n"
    "\n"
    "main :: IO ()\n"
    "main = interact (unlines . map show . take 10 . frequencies)\n"
    "```\n\n",
    NULL};

static const struct demo_topic languages[] = {
    {"c c11 c99 pointer", "In **C**, close to the metal:\n\n", blocks_c},
    {"python py asyncio async", "In **Python**, with `asyncio`:\n\n", blocks_python},
    {"rust cargo borrow", "In **Rust**, where errors travel by `?`:\n\n", blocks_rust},
    {"go golang goroutine", "In **Go**, plainly:\n\n", blocks_go},
    {"javascript typescript js ts node", "In **TypeScript**, for any alphabet:\n\n",
     blocks_script},
    {"sql database query sqlite", "As a **query**, if the words are in a table:\n\n",
     blocks_sql},
    {"bash shell sh unix", "In a **shell**, as one pipe:\n\n", blocks_shell},
    {"haskell monad monads functional", "In **Haskell**, as one sentence:\n\n",
     blocks_haskell},
};

void demo_text_coder(struct demo_script *script, const struct demo_chat *chat,
                     uint64_t round)
{
    static const char *const openings[] = {
        "Here is a small, complete program, and the same thing in other languages for "
        "comparison.\n\n",
        "Counting words says a lot about a language. Look at how each of these treats "
        "the "
        "loop and the table.\n\n",
        "I would start from something that runs. All of these do the same job.\n\n",
    };
    struct rng rng = demo_script_rng(chat, round);
    if (round == 0)
        strbuf_append_text(&script->text, openings[rng_below(&rng, COUNT_OF(openings))]);
    /* Four languages a round; the table's order from the prompt's language on. */
    for (uint64_t i = 0; i < 4; i++) {
        const struct demo_topic *language =
            demo_script_topic(chat, languages, COUNT_OF(languages), round * 4 + i);
        strbuf_append_text(&script->text, language->opening);
        demo_script_blocks(&script->text, language->blocks, 1, &rng);
    }
    strbuf_append_text(&script->text,
                       "Each reads everything once and keeps one entry a word, so memory "
                       "grows with the *vocabulary*, not with the text.\n");
}
