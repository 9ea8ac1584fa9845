/*
 * Prose for people who watch: topics by keyword, each with an opening and blocks of
 * Markdown of which a few are taken. Adding a topic is adding a record; a block ends with
 * a blank line.
 */
#include "src/demo/demo_text.h"

#include "src/base/compiler.h"

static const char *const blocks_books[] = {
    "## Three to begin with\n\n"
    "1. **The Salt Cartographer** follows a mapmaker whose maps come true overnight. The "
    "prose is patient, the magic has a price, and nobody is chosen by anything.\n"
    "2. **A Winter in Low Water** is quieter: two sisters, one drowned village, and a "
    "bell "
    "that rings only for people who lie.\n"
    "3. **Nine Keys for a Door of Smoke** is the one to take on a train. It is funny, it "
    "is "
    "quick, and its dragon keeps accounts.\n\n",

    "If I could hand you only one, it would be *The Salt Cartographer*. Its first "
    "chapter "
    "does what the best first chapters do: it makes an ordinary thing, a sheet of paper, "
    "feel slightly dangerous.\n\n",

    "> A map is a promise, said the old woman, and you have been making promises on "
    "behalf "
    "of mountains.\n\n",

    "| Title | Mood | Pages | Read it when |\n"
    "|---|---|---:|---|\n"
    "| The Salt Cartographer | slow, luminous | 412 | it rains |\n"
    "| A Winter in Low Water | quiet, uneasy | 268 | you have an evening |\n"
    "| Nine Keys for a Door of Smoke | quick, comic | 344 | you wait for something |\n\n",

    "### How to choose\n\n"
    "- Do you want to *live* in a world, or to *run* through it?\n"
    "- Should magic be a science, a weather, or a debt?\n"
    "- Is a sad ending a flaw for you, or a gift?\n\n"
    "Answer those three and the shelf shrinks to an arm's length.\n\n",

    "One warning: a good book of this kind tends to be followed by two that explain it. "
    "Stop after the first if you liked the questions more than the answers.\n\n",
    NULL};

static const char *const blocks_quantum[] = {
    "## The short version\n\n"
    "An ordinary bit is a coin lying on the table: heads or tails. A **qubit** is the "
    "coin "
    "while it spins. You cannot say that it *is* heads, only how it would tend to land, "
    "and "
    "looking at it makes it land.\n\n",

    "### What the spinning is good for\n\n"
    "Many spinning coins can be set up so that wrong answers cancel each other, like two "
    "waves that meet crest to trough, while right answers grow. The machine does not try "
    "all answers at once and pick the best, though people like to say so. It arranges "
    "the "
    "waves so that a look at the end is *likely* to show something useful.\n\n",

    "1. **Superposition**: a qubit carries two amplitudes instead of one value.\n"
    "2. **Entanglement**: two qubits can share a state that neither has alone.\n"
    "3. **Interference**: amplitudes add and cancel; that is where the work is done.\n"
    "4. **Measurement**: one ordinary result comes out, and the rest is gone.\n\n",

    "| Task | Ordinary computer | Quantum computer |\n"
    "|---|---|---|\n"
    "| Factor a large number | hopeless beyond a size | feasible, in theory |\n"
    "| Search an unsorted list of *n* | about *n* steps | about `sqrt(n)` steps |\n"
    "| Write an e-mail | excellent | please do not |\n\n",

    "> If you think you have understood it, try explaining it to a child. If the child "
    "is "
    "satisfied, be suspicious of the explanation.\n\n",

    "The hard part is not the idea but the quiet. A spinning coin stops when anything "
    "touches it: heat, a stray field, a passing truck. Most of the engineering goes into "
    "keeping the world away for a few *microseconds* longer.\n\n",
    NULL};

static const char *const blocks_film[] = {
    "## Act one\n\n"
    "**Marta Quill** used to open safes for a living and now repairs pianos. When a "
    "customer's upright turns out to hold a dead man's ledger, three people who should "
    "not "
    "know her name ring her bell on the same afternoon.\n\n",

    "## Act two\n\n"
    "She runs, of course, but badly: her nephew insists on coming along, and he insists "
    "on "
    "bringing the dog. There is a chase over a frozen canal, a wedding that is not what "
    "it "
    "seems, and a long night in a signal box where everybody finally tells the "
    "truth.\n\n",

    "## Act three\n\n"
    "The ledger was never worth money. It is a list of *apologies*, and the last one is "
    "addressed to her. The villain gets the book; Marta keeps the page.\n\n",

    "What lifts it above its kind:\n\n"
    "- the action has weight, because everyone gets tired;\n"
    "- the jokes come from character, not from the camera;\n"
    "- the dog survives, and is *not* cute about it.\n\n",

    "> You can't outrun a thing you carry, says the signalman. But you can put it "
    "down.\n\n",

    "In one line: a thief who stopped stealing has to steal back her own past before the "
    "people she robbed understand what she took.\n\n",
    NULL};

static const char *const blocks_feeling[] = {
    "**Sentiment: positive**, and strongly so. The verb carries it: whoever *loves* "
    "doing "
    "something has passed beyond approval into affection, and there is no `but` to take "
    "any "
    "of it back.\n\n",

    "| Signal | Where | Weight |\n"
    "|---|---|---:|\n"
    "| Strong positive verb | \"love\" | +0.8 |\n"
    "| First person | \"I\" | +0.1 |\n"
    "| Exclamation | at the end | +0.1 |\n"
    "| Irony or contrast | none found | 0.0 |\n\n",

    "### What could overturn it\n\n"
    "1. *Context*: said to a machine that has just deleted the work, the same words mean "
    "the "
    "opposite.\n"
    "2. *Habit*: some people love everything, and their baseline has to be subtracted.\n"
    "3. *Politeness*: praise in public is often a form of good manners.\n\n",

    "My confidence is high, about `0.94`. A single short sentence gives little to go on, "
    "but "
    "what there is points the same way.\n\n",

    "> Words are small boats. Look at what they carry, but also at which way they are "
    "drifting.\n\n",
    NULL};

static const char *const blocks_monad[] = {
    "A monad is a way of chaining steps when each step wraps its result in something: a "
    "*maybe*, a *list*, a *later*. It says how to put a plain value into the wrapping, "
    "and "
    "how to feed a wrapped value to the next step without unwrapping it by hand.\n\n",

    "### A picture\n\n"
    "Think of a row of workshops. Each takes a bare part and returns it **in a box**. "
    "The next workshop expects a bare part. The monad is the porter between them, who "
    "knows "
    "how to open this kind of box, and what to do if it is empty.\n\n",

    "```haskell\n"
    "(>>=) :: Monad m => m a -> (a -> m b) -> m b\n"
    "\n"
    "half :: Int -> Maybe Int\n"
    "half n = if even n then Just (n `div` 2) else Nothing\n"
    "\n"
    "main = print (Just 20 >>= half >>= half)  -- Just 5\n"
    "```\n\n",

    "Three laws keep the porter honest:\n\n"
    "1. putting a value in a box and opening it again changes nothing;\n"
    "2. opening a box only to close it changes nothing;\n"
    "3. it does not matter how a long chain is **grouped**.\n\n",

    "You have met several without the name: promises in *JavaScript*, `?` in Rust, and "
    "every "
    "shell pipeline that stops at the first failure.\n\n",
    NULL};

static const char *const blocks_music[] = {
    "## Several voices, several texts\n\n"
    "A **motet** is a piece in which each voice may sing words of its own at the same "
    "time. "
    "In the thirteenth century one could hear a hymn in Latin below, and above it two "
    "different love songs in French, all in step, none waiting for another.\n\n",

    "It sounds like a recipe for noise. It works because the voices agree on very "
    "little, "
    "and on exactly that little they agree *completely*: where the beat falls, and which "
    "notes may meet on it.\n\n",

    "- the **tenor** moves slowly and holds the piece together;\n"
    "- the **motetus** is named after its words, *mots*;\n"
    "- the **triplum** runs above both, usually in a hurry.\n\n",

    "> To listen to one voice is to lose the others; to listen to all is to lose the "
    "words. "
    "The pleasure lies in changing your mind.\n\n",

    "### Where to start\n\n"
    "1. Begin with a piece for *two* voices, and follow the lower one.\n"
    "2. Play it again and follow the upper one.\n"
    "3. Then stop following, and notice what stays.\n\n",
    NULL};

static const char *const blocks_bread[] = {
    "## Flour, water, salt, time\n\n"
    "Bread needs four things, and only the last is hard to buy. Mix **500 g** of flour "
    "with "
    "**350 g** of water, wait half an hour, then add **10 g** of salt and a spoonful of "
    "lively starter. The waiting is not idle: the flour drinks, and half of the kneading "
    "does itself.\n\n",

    "1. *Fold* the dough four times, half an hour apart.\n"
    "2. *Shape* it when it wobbles like a sleepy animal.\n"
    "3. *Rest* it in the cold overnight.\n"
    "4. *Bake* it very hot, the first twenty minutes under a lid.\n\n",

    "| When | What you see | What it means |\n"
    "|---|---|---|\n"
    "| 2 hours | a few bubbles | it has begun |\n"
    "| 5 hours | half as big again | shape it soon |\n"
    "| 9 hours | flat, wet, sour | make pancakes |\n\n",

    "### If it goes wrong\n\n"
    "- *Dense and pale*: the starter was asleep. Feed it twice, try again.\n"
    "- *Flat and wide*: it waited too long, or was shaped too gently.\n"
    "- *Burnt below*: move the stone up, or be **less** brave.\n\n",

    "> A loaf is the only clock you can eat.\n\n",
    NULL};

static const char *const blocks_sea[] = {
    "## The keeper's answer\n\n"
    "A lighthouse does not guide anyone. It says one thing, *here I am*, at the same "
    "interval all night, and leaves the conclusions to the ships. Much good advice is of "
    "this kind: a fixed point, plainly stated, for people who do their own steering.\n\n",

    "So let me be a fixed point for a moment. First, **say what you know**; it is "
    "usually "
    "more than it seems. Second, say what would change your mind. Third, take the "
    "smallest "
    "step that would show you something *new*, and take it today.\n\n",

    "### Three lights on one coast\n\n"
    "- The first flashes twice and is silent for ten seconds.\n"
    "- The second turns red over the reef, and white over the channel.\n"
    "- The third was switched off in a year nobody wrote down, and sailors still steer "
    "by "
    "where it stood.\n\n",

    "| Question | Slow answer | Quick answer |\n"
    "|---|---|---|\n"
    "| Where am I? | take two bearings | look out of the window |\n"
    "| Where is the reef? | read the chart | listen |\n"
    "| When should I turn? | work it out | **now** |\n\n",

    "> The sea is not cruel. It is only very large, and it has not been told about "
    "you.\n\n",

    "What matters in the end is less which way you choose than whether you notice when "
    "you "
    "have left it. Keep a log: two lines a day, `what I meant to do` and `what I did`. "
    "After "
    "a month it knows you better than I do.\n\n",
    NULL};

static const struct demo_topic topics[] = {
    {"sea light lighthouse ship advice life decide decision help",
     "That is a question to take slowly, so here is a slow answer.\n\n", blocks_sea},
    {"book books novel read fantasy recommend author story library",
     "Gladly. For a reader who likes to be led astray, I would start here.\n\n",
     blocks_books},
    {"quantum physics qubit qubits computing atom particle concept",
     "Let us take it in small steps, and leave the mathematics in the cupboard.\n\n",
     blocks_quantum},
    {"movie film plot action comedy drama sci fi summarize cinema",
     "Here is the story, with no more secrets given away than necessary.\n\n",
     blocks_film},
    {"sentiment feeling text analyze mood tone emotion classify",
     "I read it twice, once for the words and once for the voice.\n\n", blocks_feeling},
    {"monad monads functor haskell category functional",
     "Two sentences first, and then a little more for those who stay.\n\n", blocks_monad},
    {"music motet song voice voices choir sing melody",
     "You have come to the right program for that.\n\n", blocks_music},
    {"bread bake baking recipe cook cooking food dough eat",
     "Wash your hands, and then forget about the clock for a day.\n\n", blocks_bread},
};

void demo_text_sage(struct demo_script *script, const struct demo_chat *chat,
                    uint64_t round)
{
    static const char *const closings[] = {
        "If you tell me which part matters to you, I can go further there.\n",
        "That is the outline; ask, and I will fill in any corner of it.\n",
        "Take what is useful and leave the rest on the shore.\n",
        "There is more to say, but this is a good place to stop.\n",
    };
    struct rng rng = demo_script_rng(chat, round);
    const struct demo_topic *topic =
        demo_script_topic(chat, topics, COUNT_OF(topics), round);
    strbuf_append_text(&script->text, topic->opening);
    demo_script_blocks(&script->text, topic->blocks, 3 + rng_below(&rng, 2), &rng);
    strbuf_append_text(&script->text, closings[rng_below(&rng, COUNT_OF(closings))]);
}
