/*
 * A tale for the models that fail, with an accent or a dash in nearly every sentence, so
 * that a cut inside a character finds one near.
 */
#include "src/demo/demo_text.h"

static const char *const blocks_voyage[] = {
    "On the third day out of Málaga the wind turned — nobody could say when — and the "
    "coöperative of gulls that had followed us since the harbour left without a "
    "word.\n\n",
    "The naïve young mate, who came from Besançon and had never seen weather, asked "
    "whether "
    "the barometer was broken. It wasn’t. The captain tapped the glass twice… and went "
    "below "
    "to put on his good coat.\n\n",
    "By noon the sky over São Tomé was the colour of slate, and the sea had gone so "
    "still "
    "that you could read “CAFÉ” backwards in it from the one lit window of the "
    "galley.\n\n",
    "We reefed what there was to reef. Señora Ibáñez counted the passengers, wrote the "
    "number down — forty-one — and then, as an afterthought, counted the cats.\n\n",
    "The first gust took the flag, the second the hats; the third… well, of the third "
    "each "
    "of us tells a different story, and the ship’s log, soaked through, tells none.\n\n",
    "What I remember is the bell. It rang all night from the fog off Curaçao, à peu près "
    "every ninety seconds, and in the morning there was no buoy, no church, no bell.\n\n",
    NULL};

void demo_text_voyage(struct demo_script *script, const struct demo_chat *chat,
                      uint64_t round)
{
    struct rng rng = demo_script_rng(chat, round);
    demo_script_blocks(&script->text, blocks_voyage, 4, &rng);
    strbuf_append_text(&script->text, "So much for the voyage — here ends the page.\n");
}
