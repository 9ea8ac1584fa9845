/* The console is told as the screen would be. */
#include "src/cli/record_notes.h"

#include "src/engine/recorder.h"

static void record_notes_say(void *user, const char *sentence)
{
    console_complain(user, NULL, sentence);
}

void record_notes_start(struct recorder *recorder, struct console *console)
{
    recorder_listen(recorder, record_notes_say, console);
}

void record_notes_stop(struct recorder *recorder)
{
    recorder_flush(recorder);
    recorder_listen(recorder, NULL, NULL);
}
